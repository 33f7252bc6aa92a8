/**
 * How long a connection may take that is made while a program starts. Its modules load at the same time, and while they are
 * compiled nobody looks at a socket: on a busy machine an answer of PostgreSQL's lies there for seconds.
 */
export const startConnectionLimitMs = 60_000;
