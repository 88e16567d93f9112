"""The tokenizer: byte-level BPE with GPT-2's pre-tokenisation, trained on the same text as the model."""

from collections import Counter

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import chat

VOCABULARY = 2048


def train_tokenizer(chapters: list[list[str]]) -> Tokenizer:
    """Trains on plain text only. Ids: the special tokens, then 256 bytes, then one token a merge, in merge order."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=chat.SPECIAL_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator((p for chapter in chapters for p in chapter), trainer)
    return tokenizer


def word_counts(chapters: list[list[str]]) -> dict[str, int]:
    """How often each word of four letters or more occurs in the training text."""
    return Counter(w for chapter in chapters for p in chapter for w in chat.WORD.findall(p))
