/** What any AWS client may sign its requests to the sandbox with; nothing checks it. */
export const SANDBOX_CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } as const;
