export declare function assemble(text: string): Uint8Array<ArrayBuffer>
