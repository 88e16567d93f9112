"""Trains the model once, from a fixed seed, on one core, and writes weights, tokenizer and measurements to a folder.

    python3 train.py --work FOLDER [--steps 1600]

The schedule is fixed by the number of steps, never by the clock: the same machine type gives the same bytes.
"""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("RAYON_NUM_THREADS", "1")

import argparse
import json
import math
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from tokenizers import Tokenizer

import chat
from data import split_chapters
from model import Params, Shape, initial_params, loss_of
from optimiser import State, initial_state, update
from tokenizer import train_tokenizer, word_counts

SEED = 3
BATCH_TOKENS = 4096
SHORT, LONG = 256, 512
LONG_SHARE = 0.1
FINAL_SHARE, WARMUP_STEPS = 0.03, 40


def encode(tokenizer: Tokenizer, documents: list[str]) -> np.ndarray:
    encoded = tokenizer.encode_batch(documents)
    return np.concatenate([np.asarray(e.ids, np.int32) for e in encoded])


def share_at(step: int, steps: int) -> float:
    """The share of the peak rates at a step: linear warm-up, then a cosine down to FINAL_SHARE."""
    if step < WARMUP_STEPS:
        return (step + 1) / WARMUP_STEPS
    progress = (step - WARMUP_STEPS) / max(1, steps - WARMUP_STEPS)
    return FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + math.cos(math.pi * progress))


@partial(jax.jit, static_argnames="shape", donate_argnums=(0, 1))
def step_of(params: Params, state: State, tokens: jax.Array, share: jax.Array, step: jax.Array, shape: Shape):
    """Returns the parameters and optimiser state after one batch, and its loss (nats a token)."""
    loss, gradient = jax.value_and_grad(loss_of)(params, tokens, shape)
    return *update(params, state, gradient, share, step), loss


class Stream:
    """Endless training tokens: epoch after epoch, each with freshly sampled chat examples from its own seed."""

    def __init__(self, tokenizer: Tokenizer, chapters: list[list[str]]):
        self.tokenizer, self.chapters = tokenizer, chapters
        self.counts, self.epoch, self.rest = word_counts(chapters), 0, np.zeros(0, np.int32)

    def batch(self, length: int) -> np.ndarray:
        """(rows, length + 1) ids, rows * length = BATCH_TOKENS; rows are neighbouring pieces of the stream."""
        rows = BATCH_TOKENS // length
        while len(self.rest) < BATCH_TOKENS + 1:
            self.epoch += 1
            fresh = encode(self.tokenizer, chat.documents(self.chapters, SEED * 1000 + self.epoch, self.counts))
            print(f"epoch {self.epoch}: {len(fresh)} tokens", flush=True)
            self.rest = np.concatenate([self.rest, fresh])
        piece, self.rest = self.rest[: BATCH_TOKENS + 1], self.rest[BATCH_TOKENS:]
        return np.stack([piece[i * length : (i + 1) * length + 1] for i in range(rows)])


def held_out_loss(params: Params, ids: np.ndarray, shape: Shape) -> float:
    """Mean loss in nats a token over whole windows of LONG tokens."""
    windows = [ids[i : i + LONG + 1] for i in range(0, len(ids) - LONG, LONG)]
    evaluate = jax.jit(loss_of, static_argnames="shape")
    return float(np.mean([evaluate(params, jnp.asarray(w)[None], shape) for w in windows]))


def measure(params: Params, tokenizer: Tokenizer, held_out: list[list[str]], shape: Shape) -> dict[str, float]:
    """Held-out loss on plain chapters (nats a token, bits a byte) and on chat examples made from them."""
    plain = ["\n".join(c) + chat.END_OF_TEXT for c in held_out]
    plain_ids = encode(tokenizer, plain)
    chats = [d for d in chat.documents(held_out, SEED, word_counts(held_out)) if d.startswith(chat.START)]
    loss = held_out_loss(params, plain_ids, shape)
    size = sum(len("\n".join(c).encode()) for c in held_out)
    return {
        "held_out_loss": loss,
        "held_out_bits_per_byte": loss / math.log(2) * len(plain_ids) / size,
        "held_out_chat_loss": held_out_loss(params, encode(tokenizer, chats), shape),
        "held_out_tokens": len(plain_ids),
    }


def train(steps: int, work: Path, shape: Shape) -> None:
    training, held_out = split_chapters(work)
    tokenizer = train_tokenizer(training)
    tokenizer.save(str(work / "tokenizer.json"))
    stream, params = Stream(tokenizer, training), initial_params(shape, SEED)
    state = initial_state(params)
    print(f"{sum(p.size for p in params.values())} parameters", flush=True)
    started, losses = time.monotonic(), []
    for step in range(steps):
        length = SHORT if step < steps * (1 - LONG_SHARE) else LONG
        tokens, share = jnp.asarray(stream.batch(length)), jnp.float32(share_at(step, steps))
        params, state, loss = step_of(params, state, tokens, share, jnp.float32(step + 1), shape)
        losses.append(float(loss))
        if step % 25 == 0 or step == steps - 1:
            print(f"step {step} loss {np.mean(losses[-25:]):.3f} {time.monotonic() - started:.0f} s", flush=True)
    np.savez(work / "weights.npz", **{k: np.asarray(p) for k, p in params.items()})
    result = {
        "parameters": int(sum(p.size for p in params.values())),
        "seed": SEED,
        "shape": shape._asdict(),
        "steps": steps,
        "training_tokens": steps * BATCH_TOKENS,
        "training_loss": float(np.mean(losses[-50:])),
        **measure(params, tokenizer, held_out, shape),
    }
    (work / "result.json").write_text(json.dumps(result, indent=2, sort_keys=True) + "\n")
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder outside the repository")
    parser.add_argument("--steps", type=int, default=1600)
    arguments = parser.parse_args()
    train(arguments.steps, arguments.work, Shape())
