"""The training text: Jane Austen's six novels, as Debian ships them.

The novels were published between 1811 and 1818 and are in the public domain; the Debian package that carries them
(`r-cran-janeaustenr`, MIT) is pinned by version and checksum. Nothing of the text is committed.
"""

import hashlib
import re
import struct
import subprocess
import zlib
from pathlib import Path

PACKAGE = "r-cran-janeaustenr=1.0.0-1"
PACKAGE_FILE = "r-cran-janeaustenr_1.0.0-1_all.deb"
PACKAGE_SHA256 = "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95"
RDATA = "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"
HELD_OUT_EVERY = 20
STRSXP = 16

HEADING = re.compile(r"^(CHAPTER|Chapter|VOLUME|FINIS|THE END)\b")


def fetch_novels(work: Path) -> list[list[str]]:
    """Returns the lines of each of the six novels. Refuses a package whose bytes are not the pinned ones."""
    work.mkdir(parents=True, exist_ok=True)
    package = work / PACKAGE_FILE
    if not package.exists():
        subprocess.run(["apt-get", "download", PACKAGE], cwd=work, check=True)
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    if digest != PACKAGE_SHA256:
        raise SystemExit(f"{PACKAGE_FILE} has sha256 {digest}, expected {PACKAGE_SHA256}")
    subprocess.run(["dpkg-deb", "-x", str(package), str(work / "root")], check=True)
    return [read_strings(record) for record in read_records((work / "root" / RDATA).read_bytes())]


def read_records(database: bytes) -> list[bytes]:
    """Splits an R lazy-load database: each record is its inflated length (big-endian u32) and a zlib stream."""
    records, position = [], 0
    while position < len(database):
        inflater = zlib.decompressobj()
        record = inflater.decompress(database[position + 4 :])
        if struct.unpack(">I", database[position : position + 4])[0] != len(record):
            raise ValueError(f"record at {position} has {len(record)} bytes, not the length it states")
        records.append(record)
        position = len(database) - len(inflater.unused_data)
    return records


def read_strings(record: bytes) -> list[str]:
    """Reads a character vector in R's XDR serialisation, version 3."""
    version, encoding_bytes = struct.unpack(">i", record[2:6])[0], struct.unpack(">i", record[14:18])[0]
    position = 18 + encoding_bytes
    kind, count = struct.unpack(">ii", record[position : position + 8])
    if version != 3 or kind & 0xFF != STRSXP:
        raise ValueError(f"expected a version 3 character vector, found version {version}, kind {kind & 0xFF}")
    position += 8
    strings = []
    for _ in range(count):
        length = struct.unpack(">i", record[position + 4 : position + 8])[0]
        strings.append(record[position + 8 : position + 8 + length].decode("utf-8"))
        position += 8 + length
    return strings


def chapters_of(lines: list[str]) -> list[list[str]]:
    """Groups lines into chapters of paragraphs; everything before the first heading and all headings are dropped."""
    chapters: list[list[str]] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if HEADING.match(line):
            chapters.append([])
            paragraph = []
        elif line.strip():
            paragraph.append(line.strip())
        elif paragraph:
            if chapters:
                chapters[-1].append(clean(" ".join(paragraph)))
            paragraph = []
    return [[text for text in chapter if len(text) > 20] for chapter in chapters if len(chapter) > 3]


def clean(text: str) -> str:
    """Removes the edition's italics marks and spaces its dashes, so that a dash never joins two words."""
    text = re.sub(r"[_*\[\]]", "", text).replace("--", " - ").replace("£", "")
    return re.sub(r"\s+", " ", text).strip()


def split_chapters(work: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Returns (training, held out): every twentieth chapter is held out before anything is learnt from the text."""
    chapters = [chapter for lines in fetch_novels(work) for chapter in chapters_of(lines)]
    held_out = [c for i, c in enumerate(chapters) if i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1]
    training = [c for i, c in enumerate(chapters) if i % HELD_OUT_EVERY != HELD_OUT_EVERY - 1]
    return training, held_out
