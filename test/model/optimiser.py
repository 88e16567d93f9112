"""The optimiser: Muon for the layers' matrices, Adam for the embedding and the norms.

Muon (Keller Jordan, 2024) moves a matrix along its momentum with all singular values brought near one, by five
Newton-Schulz steps; at this budget it needs clearly fewer tokens than Adam for the same loss.
"""

import jax
import jax.numpy as jnp

from model import Params

MUON_RATE, ADAM_RATE = 0.02, 4e-3
MOMENTUM, BETA1, BETA2, DECAY = 0.95, 0.9, 0.98, 0.1
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)

State = tuple[Params, Params]


def initial_state(params: Params) -> State:
    """First and second moments; a matrix under Muon has no use for its second."""
    return ({k: jnp.zeros_like(p) for k, p in params.items()}, {k: jnp.zeros_like(p) for k, p in params.items()})


def is_muon(name: str, value: jax.Array) -> bool:
    return value.ndim == 2 and name != "token_embd"


def orthogonalise(matrix: jax.Array) -> jax.Array:
    """Approximately U V' of the singular value decomposition U S V'."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (jnp.linalg.norm(x) + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def update(params: Params, state: State, gradient: Params, share: jax.Array, step: jax.Array) -> tuple[Params, State]:
    """One step (counted from 1) at `share` of the peak rates; pure: returns the new parameters and state."""
    first, second, moved = {}, {}, {}
    for k, p in params.items():
        g = gradient[k]
        if is_muon(k, p):
            first[k], second[k] = MOMENTUM * state[0][k] + g, state[1][k]
            direction = orthogonalise(g + MOMENTUM * first[k]) * max(1.0, p.shape[0] / p.shape[1]) ** 0.5
            moved[k] = p * (1 - share * MUON_RATE * DECAY) - share * MUON_RATE * direction
        else:
            first[k] = BETA1 * state[0][k] + (1 - BETA1) * g
            second[k] = BETA2 * state[1][k] + (1 - BETA2) * g * g
            mean, square = first[k] / (1 - BETA1**step), second[k] / (1 - BETA2**step)
            moved[k] = p - share * ADAM_RATE * mean / (jnp.sqrt(square) + 1e-8)
    return moved, (first, second)
