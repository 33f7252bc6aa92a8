/** Of what the secret is among the server's ciphertexts. */
export const webhookSecretContext = 'merchants.webhook_secret';
