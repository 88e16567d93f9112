"""Writes a trained model as GGUF and its model.json, so that the same weights always give the same bytes.

    python3 export_gguf.py --work FOLDER --out test/model/atoma-tiny
"""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np

import chat
from manifest import sha256_of, tokenizer_hash, weights_root

ID = "atoma-tiny-1"
FILE = "atoma-tiny.gguf"
CHUNK_SIZE = 65536
LICENCE = "Apache-2.0"
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def read_tokenizer(path: Path) -> tuple[list[str], list[int], list[str]]:
    """Returns (tokens by id, llama.cpp token types, merges as "left right") of a Hugging Face BPE file."""
    model = json.loads(path.read_text())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    if [model["vocab"][t] for t in tokens] != list(range(len(tokens))):
        raise ValueError("token ids have a gap")
    control, normal = int(gguf.TokenType.CONTROL), int(gguf.TokenType.NORMAL)
    types = [control if t in chat.SPECIAL_TOKENS else normal for t in tokens]
    return tokens, types, [" ".join(m) if isinstance(m, list) else m for m in model["merges"]]


def add_metadata(writer: gguf.GGUFWriter, shape: dict[str, float]) -> None:
    writer.add_name(ID)
    writer.add_license(LICENCE)
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["width"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["hidden"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["heads"])
    writer.add_layer_norm_rms_eps(shape["epsilon"])
    writer.add_rope_dimension_count(shape["width"] // shape["heads"])
    writer.add_rope_freq_base(shape["rope_base"])
    writer.add_vocab_size(shape["vocabulary"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def add_tokenizer(writer: gguf.GGUFWriter, tokens: list[str], types: list[int], merges: list[str]) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index(chat.END_OF_TEXT))
    writer.add_eos_token_id(tokens.index(chat.END))
    writer.add_pad_token_id(tokens.index(chat.END_OF_TEXT))
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def add_weights(writer: gguf.GGUFWriter, weights: dict[str, np.ndarray]) -> None:
    """All tensors as F32; the embedding is tied, so there is no output tensor."""
    for name in sorted(weights):
        writer.add_tensor(f"{name}.weight", weights[name].astype(np.float32))


def export(work: Path, out: Path) -> None:
    shape = json.loads((work / "result.json").read_text())["shape"]
    tokens, types, merges = read_tokenizer(work / "tokenizer.json")
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    writer = gguf.GGUFWriter(path, "llama")
    add_metadata(writer, shape)
    add_tokenizer(writer, tokens, types, merges)
    with np.load(work / "weights.npz") as weights:
        add_weights(writer, dict(weights))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    content = path.read_bytes()
    model = {
        "id": ID,
        "architecture": "llama",
        "unit": "token",
        "context_limit": shape["context"],
        "chunk_size": CHUNK_SIZE,
        "files": [{"path": FILE, "size": len(content), "sha256": sha256_of(content)}],
        "weights_root": weights_root([(FILE, content)], CHUNK_SIZE),
        "tokenizer_hash": tokenizer_hash(tokens, types, merges),
        "template_hash": sha256_of(CHAT_TEMPLATE.encode()),
        "metadata_uri": "docs/model.md",
    }
    (out / "model.json").write_text(json.dumps(model, indent=2) + "\n")
    (out / "sha256").write_text(f"{sha256_of(content)}  {FILE}\n")
    print(len(content), "bytes,", sha256_of(content))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    export(arguments.work, arguments.out)
