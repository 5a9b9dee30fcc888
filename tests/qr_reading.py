"""Reading the QR codes of a picture as a scanner would: a screenshot (PNG) in, the texts of its codes out."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import zxingcpp


def codes_in(png: bytes) -> list[str]:
    """The texts of the QR codes in a picture, in no order."""
    return [found.text for found in zxingcpp.read_barcodes(pixels(png), formats=zxingcpp.BarcodeFormat.QRCode)]


def pixels(png: bytes) -> np.ndarray:
    """A PNG of 8 bits a channel, not interlaced, as rows x columns x channels."""
    chunks = dict[bytes, bytes]()
    position = 8
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position : position + 8])
        chunks[kind] = chunks.get(kind, b"") + png[position + 8 : position + 8 + length]
        position += length + 12
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8, "a picture of 8 bits a channel"
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * channels)
    picture = np.zeros((height, width * channels), np.uint8)
    above = np.zeros(width * channels, np.uint8)
    for number, row in enumerate(rows):
        above = picture[number] = _unfiltered(int(row[0]), row[1:], above, channels)
    return np.ascontiguousarray(picture.reshape(height, width, channels)[:, :, :3])


def _unfiltered(filter: int, row: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """Undo the filter of one row (PNG specification, section 9)."""
    if filter == 0:
        return row
    if filter == 2:
        return row + above
    plain = bytearray(row.tobytes())
    up = above.tobytes()
    for place in range(len(plain)):
        left = plain[place - step] if place >= step else 0
        corner = up[place - step] if place >= step else 0
        guess = left if filter == 1 else (left + up[place]) // 2 if filter == 3 else _paeth(left, up[place], corner)
        plain[place] = (plain[place] + guess) & 255
    return np.frombuffer(bytes(plain), np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))
