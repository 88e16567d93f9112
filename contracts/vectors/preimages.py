"""Preimages of docs/interfaces.md section 2, written a third time: from the page, not from the Rust or TypeScript."""

import base64
import hashlib
import hmac
import json
import struct


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def be32(value: int) -> bytes:
    return struct.pack(">I", value)


def be64(value: int) -> bytes:
    return struct.pack(">Q", value)


def framed(data: bytes) -> bytes:
    return be32(len(data)) + data


def output(finish: int, tokens: list, text: str) -> bytes:
    ids = b"".join(be32(token) for token in tokens)
    return bytes([1, finish]) + be32(len(tokens)) + ids + framed(text.encode())


def output_digest(encoded: bytes) -> bytes:
    return sha(b"atoma/output/v1", encoded)


def leaf(digest: bytes, index: int) -> bytes:
    return sha(b"\x00", digest, be32(index))


def root(leaves: list) -> bytes:
    return sha(b"\x01", *leaves)


def commitment(c: dict) -> bytes:
    place = be64(c["request"]) + be64(c["ticket"]) + be32(c["attempt"])
    hashes = c["salt"] + c["root"] + c["leaf"] + c["d"] + c["evidence_root"]
    scope = framed(c["chain_id"].encode()) + framed(c["contract"])
    return sha(b"atoma/commit/v1", scope, place, hashes, be32(c["output_tokens"]), bytes([c["finish"]]))


def action(a: dict) -> bytes:
    if a["ticket"] is not None:
        signer = b"\x01" + be64(a["ticket"])
    else:
        signer = b"\x02" + a["address"]
    scope = framed(a["chain_id"].encode()) + framed(a["contract"])
    bounds = be64(a["nonce"]) + be64(a["expires_at"])
    return sha(b"atoma/action/v1", scope, framed(signer), framed(a["action"]), bounds)


def adr036(signer: str, data: bytes) -> bytes:
    value = {"data": base64.b64encode(data).decode(), "signer": signer}
    document = {
        "account_number": "0",
        "chain_id": "",
        "fee": {"amount": [], "gas": "0"},
        "memo": "",
        "msgs": [{"type": "sign/MsgSignData", "value": value}],
        "sequence": "0",
    }
    return canonical(document).encode()


def draw_seed(purpose: str, subject: int, attempt: int, randomness: bytes) -> bytes:
    return sha(b"atoma/draw/v1", framed(purpose.encode()), be64(subject), be32(attempt), randomness)


def draw_number(seed: bytes, j: int) -> int:
    return int.from_bytes(sha(seed, be32(j))[:8], "big")


def draw(seed: bytes, n: int, count: int) -> dict:
    limit, chosen, j = 2**64 // n * n, [], 0
    while len(chosen) < count:
        x = draw_number(seed, j)
        j += 1
        if x < limit and x % n not in chosen:
            chosen.append(x % n)
    return {"indices": chosen, "position": j}


def event_genesis(chain_id: str, contract: bytes) -> bytes:
    return sha(b"atoma/events/v1", framed(chain_id.encode()), framed(contract))


def event_next(head: bytes, seq: int, kind: str, body: str) -> bytes:
    return sha(head, be64(seq), framed(kind.encode()), framed(body.encode()))


def chunk_leaf(path: str, index: int, chunk: bytes) -> bytes:
    return sha(b"\x00", framed(path.encode()), be64(index), chunk)


def tree_root(leaves: list) -> bytes:
    """Recursive form: the left subtree holds the largest power of two below the count."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha(b"\x01", tree_root(leaves[:half]), tree_root(leaves[half:]))


def tree_path(leaves: list, index: int) -> list:
    if len(leaves) <= 1:
        return []
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return tree_path(left, index) + [tree_root(right)]
    return tree_path(right, index - half) + [tree_root(left)]


def delivery(d: dict) -> bytes:
    scope = framed(d["chain_id"].encode()) + framed(d["contract"])
    return sha(b"atoma/delivery/v1", scope, be64(d["request"]), be64(d["ticket"]), d["d"])


def http(method: str, path: str, time_ms: int, body: bytes) -> bytes:
    return sha(b"atoma/http/v1", framed(method.encode()), framed(path.encode()), be64(time_ms), sha(body))


def receipt(r: dict) -> bytes:
    scope = framed(r["chain_id"].encode()) + framed(r["lane"].encode())
    return sha(b"atoma/receipt/v1", scope, r["digest"], be64(r["index"]), r["tip"], be64(r["deadline"]))


def hkdf(ikm: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869, one block."""
    key = hmac.new(salt, ikm, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def salt(seed: bytes, request: int, ticket: int, attempt: int) -> bytes:
    return hkdf(seed, b"atoma/salt/v1", be64(request) + be64(ticket) + be32(attempt))


def canonical(value) -> str:
    """RFC 8785 for values without floats; keys by UTF-16 code units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
