#!/usr/bin/env python3
"""Writes the vector files that the Rust and the TypeScript tests read.

`python3 contracts/vectors/generate.py` writes them, `--check` fails if a committed file differs.
Integers that may exceed 2^53 are strings, bytes are hex.
"""

import json
import sys
from pathlib import Path

import amounts
import preimages as p

HERE = Path(__file__).resolve().parent
CHAIN = "atoma-local-1"
CONTRACT = p.sha(b"contract")
WALLET = p.sha(b"wallet")[:20]
BECH32 = "wasm1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu"


def h(name: str) -> bytes:
    return p.sha(name.encode())


def wire(value):
    """Bytes to hex, big integers (marked by `Big`) to decimal strings."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Big):
        return str(int(value))
    if isinstance(value, dict):
        return {key: wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [wire(item) for item in value]
    return value


class Big(int):
    """An integer that travels as a string."""


def outputs() -> dict:
    cases = []
    samples = [(1, [], ""), (2, [1, 2, 4294967295], "hello"), (1, [128000, 7], "na\u00efve \u2603 \U0001f600")]
    for finish, tokens, text in samples:
        encoded = p.output(finish, tokens, text)
        case = {"finish": finish, "tokens": tokens, "text": text}
        cases.append({**case, "encoded": encoded, "digest": p.output_digest(encoded)})
    return {"outputs": cases}


def commitments() -> dict:
    d = p.output_digest(p.output(2, [1, 2], "hello"))
    trees = []
    for n in (1, 3, 4, 64):
        leaves = [p.leaf(d, i) for i in range(1, n + 1)]
        trees.append({"n": n, "digest": d, "first": leaves[0], "last": leaves[-1], "root": p.root(leaves)})
    base = {"chain_id": CHAIN, "contract": CONTRACT, "request": Big(1), "ticket": Big(2), "attempt": 0}
    base.update(salt=h("salt"), root=trees[1]["root"], leaf=p.leaf(d, 2), d=bytes(32), evidence_root=bytes(32))
    base.update(output_tokens=2, finish=2)
    variants = [base, {**base, "d": d, "evidence_root": h("evidence")}, {**base, "request": Big(2**64 - 1)}]
    variants += [{**base, "ticket": Big(3)}, {**base, "attempt": 4294967295}, {**base, "finish": 1}]
    return {"roots": trees, "commitments": [{**v, "commitment": p.commitment(v)} for v in variants]}


def actions() -> dict:
    accept = b'{"accept_input":{"request":"1","slot":2,"attempt":0}}'
    base = {"chain_id": CHAIN, "contract": CONTRACT, "action": accept, "nonce": Big(0), "expires_at": Big(1800000000)}
    work = {**base, "ticket": Big(7), "address": None}
    wallet = {**base, "ticket": None, "address": WALLET, "nonce": Big(41), "action": b'{"withdraw":{"amount":"5"}}'}
    cases = [{**a, "digest": p.action(a)} for a in (work, wallet, {**wallet, "address": CONTRACT})]
    documents = []
    for address in (BECH32, "wasm1a"):
        sign_bytes = p.adr036(address, cases[1]["digest"])
        case = {"signer": address, "data": cases[1]["digest"], "sign_bytes": sign_bytes.decode()}
        documents.append({**case, "sha256": p.sha(sign_bytes)})
    return {"actions": cases, "adr036": documents}


def draws() -> dict:
    cases = []
    samples = [("panel", 1, 0, 8, 3), ("slot:2", 1, 1, 8, 1), ("panel", 2**64 - 1, 0, 3, 3), ("panel", 9, 0, 1000, 20)]
    samples += [("panel", 12, 0, 2**32 - 1, 3), ("slot:64", 5, 4294967295, 1, 1)]
    for purpose, subject, attempt, n, count in samples:
        randomness = h(f"round {subject}")
        seed = p.draw_seed(purpose, subject, attempt, randomness)
        numbers = [Big(p.draw_number(seed, j)) for j in range(3)]
        case = {"purpose": purpose, "id": Big(subject), "attempt": attempt, "randomness": randomness}
        case.update(n=n, count=count, seed=seed, numbers=numbers)
        cases.append({**case, **p.draw(seed, n, count)})
    return {"draws": cases, "coins": coins()}


def coins() -> list:
    cases = []
    for p_e9 in (0, 1, 7961784, 500000000, 999999999, 1000000000):
        boundary = -(-(p_e9 * 2**64) // 10**9)
        for value in {0, max(0, boundary - 1), min(2**64 - 1, boundary), 2**64 - 1}:
            seed = p.be64(value) + bytes(24)
            cases.append({"seed": seed, "p_e9": Big(p_e9), "audited": value * 10**9 < p_e9 * 2**64})
    return sorted(cases, key=lambda case: (case["p_e9"], case["seed"]))


def beacon() -> dict:
    genesis, period = 1692803367, 3
    moments = [0, genesis - 1, genesis, genesis + 1, genesis + 2, genesis + 3, 1800000000]
    rounds = []
    for time in moments:
        r = 1
        if time >= genesis:
            r = next(r for r in range((time - genesis) // period, 2**63) if genesis + (r - 1) * period > time and r >= 1)
        case = {"time": Big(time), "genesis": Big(genesis), "period": Big(period)}
        rounds.append({**case, "round": Big(r), "round_time": Big(genesis + (r - 1) * period)})
    signature = bytes.fromhex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
        "e342b73a8dd2bacbe47e4b6b63ed5e39"
    )
    public_key = bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    )
    quicknet = {"round": Big(1000), "message": p.sha(p.be64(1000)), "signature": signature}
    quicknet.update(randomness=p.sha(signature), public_key=public_key)
    quicknet["dst"] = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    return {"quicknet": quicknet, "rounds": rounds}


def trees() -> dict:
    cases = []
    for count in (0, 1, 2, 3, 4, 5, 6, 7, 8, 13):
        chunks = [f"chunk {i}".encode() for i in range(count)]
        leaves = [p.chunk_leaf("weights.gguf", i, chunk) for i, chunk in enumerate(chunks)]
        paths = [p.tree_path(leaves, i) for i in range(count)]
        cases.append({"path": "weights.gguf", "chunks": chunks, "leaves": leaves, "root": p.tree_root(leaves), "paths": paths})
    return {"trees": cases, "weights": weights()}


def weights() -> list:
    """Whole files: leaves in the order of the files, each file's chunks counted from 0."""
    cases = []
    for chunk_size, files in ((4, [("a", b"12345678"), ("b/c", b"123456789"), ("empty", b"")]), (1024, [("a", b"x")])):
        leaves = []
        for path, content in files:
            parts = [content[at : at + chunk_size] for at in range(0, len(content), chunk_size)]
            leaves += [p.chunk_leaf(path, i, part) for i, part in enumerate(parts)]
        listed = [{"path": path, "content": content} for path, content in files]
        cases.append({"chunk_size": chunk_size, "files": listed, "root": p.tree_root(leaves)})
    return cases


def event_heads() -> dict:
    head = genesis = p.event_genesis(CHAIN, CONTRACT)
    events = []
    bodies = [("epoch.started.v1", {"starts_at": "1800000000", "epoch": "1"}), ("node.slashed.v1", {"kind": "na\u00efve"})]
    for seq, (kind, body) in enumerate(bodies, start=1):
        text = p.canonical(body)
        head = p.event_next(head, seq, kind, text)
        events.append({"seq": Big(seq), "type": kind, "body": text, "head": head})
    return {"chain_id": CHAIN, "contract": CONTRACT, "genesis": genesis, "events": events}


def canonical_json() -> dict:
    values = [None, True, 0, 9007199254740991, "", [], {}, [1, "2", [None]]]
    values += [{"b": 1, "a": {"d": [], "c": None}}, {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3}]
    values += ["\"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028 \u00e9\U0001f600"]
    plain = [{"value": value, "canonical": p.canonical(value)} for value in values]
    descriptor = {"gpu": "cpu", "gpu_count": 1, "engine": "toy", "class": "exact", "reserve_price": "2000000"}
    model_input = {"schema": "atoma.input.v1", "salt": h("salt")[:16].hex(), "template": h("template").hex()}
    model_input.update(tokenizer=h("tokenizer").hex(), tokens=[1, 2, 4294967295])
    params = {"schema": "atoma.params.v1", "max_output_tokens": 64, "seed": "0", "temperature": "0", "stop": ["\n"]}
    params["special_tokens"] = "parse"
    identities = {
        "echelon": {"value": descriptor, "hash": p.sha(b"atoma/echelon/v1", p.canonical(descriptor).encode())},
        "input": {"value": model_input, "hash": p.sha(p.canonical(model_input).encode())},
        "params": {"value": params, "hash": p.sha(p.canonical(params).encode())},
    }
    return {"values": plain, "identities": identities}


def messages() -> dict:
    scope = {"chain_id": CHAIN, "contract": CONTRACT}
    delivery = {**scope, "request": Big(1), "ticket": Big(2), "d": h("output")}
    tip = bytes(32)
    receipts = []
    for index in range(1, 4):
        digest = h(f"action {index}")
        r = {"chain_id": CHAIN, "lane": "main", "digest": digest, "index": Big(index), "tip": tip, "deadline": Big(1800000000)}
        following = p.sha(tip, p.be64(index), digest)
        receipts.append({**r, "receipt": p.receipt(r), "next_tip": following})
        tip = following
    calls = []
    for method, path, body in (("GET", "/node/v1/inputs/1/ab?x=1", b""), ("PUT", "/node/v1/outputs/1", b'{"ticket":"2"}')):
        case = {"method": method, "path": path, "time_ms": Big(1800000000123), "body": body}
        calls.append({**case, "digest": p.http(method, path, 1800000000123, body)})
    salts = []
    for request, ticket, attempt in ((1, 2, 0), (1, 2, 1), (2**64 - 1, 3, 4294967295)):
        case = {"seed": h("work key"), "request": Big(request), "ticket": Big(ticket), "attempt": attempt}
        salts.append({**case, "salt": p.salt(h("work key"), request, ticket, attempt)})
    return {"delivery": {**delivery, "digest": p.delivery(delivery)}, "receipts": receipts, "http": calls, "salts": salts}


def money() -> dict:
    fees = []
    for tokens, price in ((0, 0), (1, 1), (1000000, 3), (999999, 3), (137, 2000000), (2**63, 2**64), (2**64 - 1, 2**80)):
        fees.append({"tokens": Big(tokens), "price": Big(price), **big(amounts.fee(tokens, price))})
    shares = []
    for amount, points in ((0, 1), (1, 1), (9999, 1), (10000, 1), (2**127, 10000), (2**128 - 1, 3333)):
        shares.append({"amount": Big(amount), "bps": points, **big(amounts.bps(amount, points))})
    splits = []
    for amount, points in ((0, [10000]), (1, [3333, 3333, 3334]), (100, [2500, 2500, 5000]), (2**128 - 1, [1, 4999, 5000])):
        splits.append({"amount": Big(amount), "bps": points, **big(amounts.split(amount, points))})
    return {"fees": fees, "bps": shares, "splits": splits}


def big(value):
    if isinstance(value, dict):
        return {key: big(item) for key, item in value.items()}
    return [Big(item) for item in value] if isinstance(value, list) else Big(value)


def audit_rates() -> dict:
    paper = {"cost": 10, "stolen": 12, "reward": 12, "slice": 2500, "capture_bps": 5000}
    paper.update(detection_ppm=1000000, dispute_loss_ppm=0, p_min_e9=0)
    changes = [{}, {"stolen": 24}, {"stolen": 120}, {"slice": 0}, {"p_min_e9": 10000000}, {"capture_bps": 1000}]
    changes += [{"capture_bps": 6700}, {"slice": 500}, {"slice": 1000}, {"slice": 10000}, {"detection_ppm": 900000}]
    changes += [{"dispute_loss_ppm": 1234}, {"cost": 0, "reward": 12}, {"cost": 0, "stolen": 1, "reward": 12}]
    changes += [{"cost": 10**20, "stolen": 10**19, "reward": 12, "slice": 10**22}]
    cases = []
    amount_names = ("cost", "stolen", "reward", "slice", "p_min_e9")
    for change in changes:
        inputs = {**paper, **change}
        rate = amounts.audit_rate(inputs)
        marked = {key: Big(value) if key in amount_names else value for key, value in inputs.items()}
        cases.append({**marked, "rate_e9": None if rate is None else Big(rate)})
    shares = {"user_bps": 3000, "honest_bps": 2000, "dispute_bps": 1000, "capture_bps": 5000}
    slices = [{"slice": Big(s), **shares, "effective": Big(amounts.effective_slice(s, shares))} for s in (0, 7, 10**6, 10**30)]
    return {"rates": cases, "slices": slices}


def sampling() -> dict:
    cases = []
    for eligible in (0, 3, 4, 5, 7, 8, 20, 50, 100, 1000, 100000):
        for capture_bps in (0, 1000, 3333, 5000, 9000, 10000):
            for at_risk, budget in ((0, 0), (10**6, 0), (10**6, 10**3), (10**9, 10**4), (10**15, 10**6)):
                s = {"eligible": eligible, "capture_bps": capture_bps, "max_draws": 1 + eligible % 4}
                s.update(at_risk=at_risk, risk_budget=budget, sampling_min=3)
                n = amounts.panel(s)
                s.update(at_risk=Big(at_risk), risk_budget=Big(budget))
                cases.append({**s, "n": n})
    return {"panels": cases}


FILES = {
    "actions": actions,
    "audit-rates": audit_rates,
    "beacon": beacon,
    "canonical-json": canonical_json,
    "commitments": commitments,
    "draws": draws,
    "event-heads": event_heads,
    "messages": messages,
    "money": money,
    "outputs": outputs,
    "sampling": sampling,
    "trees": trees,
}


def main() -> int:
    stale = []
    for name, build in FILES.items():
        path = HERE / f"{name}.json"
        text = json.dumps(wire(build()), indent=1, ensure_ascii=True) + "\n"
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
        else:
            path.write_text(text)
    for name in stale:
        print(f"vectors: {name} differs from what generate.py writes", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
