"""A llama-architecture decoder in JAX: RMSNorm, interleaved RoPE (pairs 2i, 2i+1), SwiGLU, tied embeddings."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


class Shape(NamedTuple):
    """Sizes of the model; every one ends up in the GGUF metadata."""

    vocabulary: int = 2048
    width: int = 192
    layers: int = 4
    heads: int = 3
    hidden: int = 384
    context: int = 512
    epsilon: float = 1e-5
    rope_base: float = 10000.0


Params = dict[str, jax.Array]


def initial_params(shape: Shape, seed: int) -> Params:
    """Names are llama.cpp's tensor names; a matrix is (out, in), as GGUF stores it."""
    rng = np.random.default_rng(seed)

    def matrix(rows: int, columns: int, scale: float) -> jax.Array:
        return jnp.asarray(rng.normal(0.0, scale, (rows, columns)), jnp.float32)

    width, hidden, residual = shape.width, shape.hidden, 0.02 / np.sqrt(2 * shape.layers)
    params = {"token_embd": matrix(shape.vocabulary, width, 0.02), "output_norm": jnp.ones(width)}
    for layer in range(shape.layers):
        prefix = f"blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v"):
            params[prefix + name] = matrix(width, width, 0.04)
        params[prefix + "attn_output"] = matrix(width, width, 2 * residual)
        params[prefix + "ffn_gate"] = matrix(hidden, width, 0.04)
        params[prefix + "ffn_up"] = matrix(hidden, width, 0.04)
        params[prefix + "ffn_down"] = matrix(width, hidden, 2 * residual)
        params[prefix + "attn_norm"] = jnp.ones(width)
        params[prefix + "ffn_norm"] = jnp.ones(width)
    return params


def normalise(x: jax.Array, weight: jax.Array, epsilon: float) -> jax.Array:
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + epsilon) * weight


def contract(x: jax.Array, y: jax.Array, over: tuple[int, int]) -> jax.Array:
    """Matrix product over one axis of each, factors rounded to bfloat16, products summed in float32."""
    low, axes = jnp.bfloat16, (((over[0],), (over[1],)), ((), ()))
    left, right = jax.lax.optimization_barrier((x.astype(low), y.astype(low)))
    return jax.lax.dot_general(left, right, axes, preferred_element_type=jnp.float32)


@jax.custom_vjp
def multiply(x: jax.Array, weight: jax.Array) -> jax.Array:
    """(..., in) times the transposed (out, in) matrix. The gradient is rounded alike: a mixed product is slow here."""
    return contract(x, weight, (x.ndim - 1, 1))


def multiply_forward(x: jax.Array, weight: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return multiply(x, weight), (x, weight)


def multiply_backward(kept: tuple[jax.Array, jax.Array], gradient: jax.Array) -> tuple[jax.Array, jax.Array]:
    x, weight = kept
    flat = gradient.reshape(-1, gradient.shape[-1])
    return contract(gradient, weight, (gradient.ndim - 1, 0)), contract(flat, x.reshape(-1, x.shape[-1]), (0, 0))


multiply.defvjp(multiply_forward, multiply_backward)


def rotate(x: jax.Array, base: float) -> jax.Array:
    """Rotary position embedding over (batch, head, time, dim) on neighbouring pairs, llama.cpp's "normal" kind.

    `turn` maps each pair (a, b) to (-b, a); as a matrix it is several times faster here than strided slices.
    """
    time, dim = x.shape[2], x.shape[3]
    angles = np.repeat(np.arange(time)[:, None] / base ** (np.arange(0, dim, 2) / dim)[None, :], 2, axis=1)
    turn = np.kron(np.eye(dim // 2), np.array([[0.0, 1.0], [-1.0, 0.0]])).astype(np.float32)
    return x * np.cos(angles).astype(np.float32) + (x @ turn) * np.sin(angles).astype(np.float32)


def attend(params: Params, prefix: str, x: jax.Array, shape: Shape) -> jax.Array:
    batch, time, width = x.shape
    dim = width // shape.heads

    def heads_of(name: str) -> jax.Array:
        return multiply(x, params[prefix + name]).reshape(batch, time, shape.heads, dim).transpose(0, 2, 1, 3)

    q, k = rotate(heads_of("attn_q"), shape.rope_base), rotate(heads_of("attn_k"), shape.rope_base)
    scores = jnp.einsum("bhqd,bhkd->bhqk", q, k)
    scores = jnp.where(np.tril(np.ones((time, time), bool)), scores / np.sqrt(dim).astype(np.float32), -1e9)
    share, v = jax.nn.softmax(scores, axis=-1), heads_of("attn_v")
    mixed = jnp.einsum("bhqk,bhkd->bhqd", share, v)
    return multiply(mixed.transpose(0, 2, 1, 3).reshape(x.shape), params[prefix + "attn_output"])


def logits_of(params: Params, tokens: jax.Array, shape: Shape) -> jax.Array:
    """Next-token logits for (batch, time) token ids. Look-up is a product: a scatter-add is slow on this backend."""
    chosen = jax.nn.one_hot(tokens, shape.vocabulary)
    x = multiply(chosen, params["token_embd"].T)
    for layer in range(shape.layers):
        prefix = f"blk.{layer}."
        x = x + attend(params, prefix, normalise(x, params[prefix + "attn_norm"], shape.epsilon), shape)
        h = normalise(x, params[prefix + "ffn_norm"], shape.epsilon)
        gated = jax.nn.silu(multiply(h, params[prefix + "ffn_gate"])) * multiply(h, params[prefix + "ffn_up"])
        x = x + multiply(gated, params[prefix + "ffn_down"])
    return multiply(normalise(x, params["output_norm"], shape.epsilon), params["token_embd"])


def loss_of(params: Params, tokens: jax.Array, shape: Shape) -> jax.Array:
    """Mean cross entropy, in nats a token, of predicting tokens[:, 1:] from what precedes each."""
    logits = logits_of(params, tokens[:, :-1], shape)
    target = jnp.sum(logits * jax.nn.one_hot(tokens[:, 1:], shape.vocabulary), axis=-1)
    return jnp.mean(jax.nn.logsumexp(logits, axis=-1) - target)
