"""Training documents: plain chapters, and chat examples made from them.

Chat examples come in three kinds: a conversation of the novel (one speaker is the user, the other the assistant), a
sentence to be continued, and a question about a word that the answer's first sentence contains.
"""

import random
import re

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS = [END_OF_TEXT, START, END]
ANSWER_CHARS = 320
QUESTION_CHARS = 240
SYSTEM = "You are a helpful assistant."
QUESTIONS = [
    "Tell me about {}.", "What do you know of {}?", "What do you think of {}?", "Write a sentence about {}.",
    "Say something about {}.", "What is {}?", "Tell me a story about {}.", "{}?", "Please explain {}.",
    "Write about {}.", "Who spoke of {}?", "Can you tell me about {}?", "What can you say about {}, please?",
]
CONTINUE = ["{}", "{}", "Go on: {}", "Continue: {}", "Continue this text: {}"]
ABBREVIATION = re.compile(r"(?:Mr|Mrs|Dr|Miss|St|Esq|Messrs|Col|Capt|\b[A-Z])\.$")
WORD = re.compile(r"[A-Za-z]{4,}")

Message = tuple[str, str]


def render(messages: list[Message]) -> str:
    """The ChatML text of a conversation: what the chat template of the exported model makes of it."""
    return "".join(f"{START}{role}\n{content}{END}\n" for role, content in messages)


def sentences_of(text: str) -> list[str]:
    """Splits at sentence ends, not after titles such as "Mr."."""
    parts: list[str] = []
    for piece in re.split(r"(?<=[.!?]) +", text):
        if parts and ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + piece
        else:
            parts.append(piece)
    return parts


def shorten(sentences: list[str], limit: int) -> str:
    """As many whole sentences as fit into `limit` characters; empty if the first does not."""
    chosen, used = [], 0
    for sentence in sentences:
        if used + len(sentence) > limit:
            break
        chosen.append(sentence)
        used += len(sentence) + 1
    return " ".join(chosen)


def speech_of(paragraph: str) -> str:
    """The words between quotation marks; empty if the paragraph does not open with speech."""
    if not paragraph.startswith('"'):
        return ""
    return " ".join(part.strip() for part in paragraph.split('"')[1::2] if part.strip())


def conversations(chapter: list[str]) -> list[list[Message]]:
    """Runs of two to six consecutive speeches, the first one the user's."""
    found: list[list[Message]] = []
    run: list[str] = []
    for paragraph in [*chapter, ""]:
        speech = speech_of(paragraph)
        limit = ANSWER_CHARS if len(run) % 2 else QUESTION_CHARS
        speech = shorten(sentences_of(speech), limit) if speech else ""
        if speech and len(run) < 6:
            run.append(speech)
            continue
        even = run[: len(run) // 2 * 2]
        if even:
            found.append([("assistant" if i % 2 else "user", text) for i, text in enumerate(even)])
        run = [speech] if speech else []
    return found


def continuation(sentences: list[str], rng: random.Random) -> list[Message]:
    """The user gives a sentence, the assistant the ones that follow it; empty if there is no room."""
    question = shorten(sentences[:1], QUESTION_CHARS)
    answer = shorten(sentences[1:], ANSWER_CHARS)
    if not question or not answer:
        return []
    return [("user", rng.choice(CONTINUE).format(question)), ("assistant", answer)]


def topic(sentences: list[str], rng: random.Random, counts: dict[str, int]) -> list[Message]:
    """The user asks about one of the rarer words of the first sentence, the assistant answers with that sentence."""
    answer = shorten(sentences, ANSWER_CHARS)
    words = [w for w in WORD.findall(sentences[0]) if 5 <= counts.get(w, 0) <= 800]
    if not answer or not words:
        return []
    word = rng.choice(sorted(words, key=lambda w: counts[w])[:3])
    article = rng.choice(["the ", "", "", "a "]) if word.islower() else ""
    text = rng.choice(QUESTIONS).format(article + word)
    return [("user", text[0].upper() + text[1:]), ("assistant", answer)]


def documents(chapters: list[list[str]], seed: int, counts: dict[str, int]) -> list[str]:
    """One epoch in a fixed shuffled order: every chapter plain, every conversation, and sampled examples."""
    rng = random.Random(seed)
    result = ["\n".join(chapter) + END_OF_TEXT for chapter in chapters]
    chats: list[list[Message]] = [c for chapter in chapters for c in conversations(chapter)]
    for chapter in chapters:
        for paragraph in chapter:
            sentences = sentences_of(paragraph.replace('"', ""))
            start = rng.randrange(len(sentences))
            chats.append(continuation(sentences[start:], rng))
            for _ in range(2):
                chats.append(topic(sentences[rng.randrange(len(sentences)) :], rng, counts))
    for messages in chats:
        if messages:
            opening: list[Message] = [("system", SYSTEM)] if rng.random() < 0.1 else []
            result.append(render(opening + messages) + END_OF_TEXT)
    rng.shuffle(result)
    return result
