"""The hashes by which the network knows the model; definitions in docs/interfaces.md section 2 and docs/model.md."""

import hashlib
import json


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def weights_root(files: list[tuple[str, bytes]], chunk_size: int) -> str:
    """Merkle root, in hex, over the chunks of all files in the given order.

    Leaf: sha256(0x00, be32 length of path, path, be64 index, chunk), the index counting from 0 in each file. Node:
    sha256(0x01, left, right); an odd node moves up unchanged; no leaves give 32 zero bytes.
    """
    level = []
    for path, content in files:
        name = path.encode()
        for index in range(-(-len(content) // chunk_size)):
            chunk = content[index * chunk_size : (index + 1) * chunk_size]
            head = b"\x00" + len(name).to_bytes(4, "big") + name + index.to_bytes(8, "big")
            level.append(hashlib.sha256(head + chunk).digest())
    if not level:
        return bytes(32).hex()
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    return level[0].hex()


def tokenizer_hash(tokens: list[str], types: list[int], merges: list[str]) -> str:
    """sha256 of the RFC 8785 JSON of {merges, tokens, types}: keys sorted, no spaces, UTF-8 unescaped."""
    content = {"merges": merges, "tokens": tokens, "types": types}
    return sha256_of(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
