/**
 * The server's own key. `seal` is AES-256-GCM with a random nonce; `purpose` is bound in, so that a sealed token can't be opened as a password.
 * `open` throws when text was sealed with another key or for another purpose.
 */
export interface Secret {
  seal(text: string, purpose: string): string
  open(sealed: string, purpose: string): string
}
