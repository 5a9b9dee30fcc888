export function keying() {}
