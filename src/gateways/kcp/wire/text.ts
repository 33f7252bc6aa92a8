/** KCP says 100 and not of what; a client cuts at so many bytes of UTF-8, which keeps to it whatever is meant. */
export const reasonBytesMax = 100;
