"""The Merkle tree against the published vectors of Certificate Transparency and against the formulas of RFC 6962."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit import tree
from registry.audit.tree import Frontier, ProofInvalid, Tree, check_consistency, leaf_hash, root_from_inclusion
from tests.registry.audit import naive

ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The eight entries on which Certificate Transparency published its values."""
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LOW, HIGH = (
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
UPPER = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
INCLUSION = (
    (0, 1, ()),
    (0, 8, (SECOND, LOW, HIGH)),
    (5, 8, (FIFTH, UPPER, ROOTS[4])),
    (2, 3, (ROOTS[2],)),
    (1, 5, (ROOTS[1], LOW, FIFTH)),
)
CONSISTENCY = (
    (1, 1, ()),
    (1, 8, (SECOND, LOW, HIGH)),
    (6, 8, ("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", UPPER, ROOTS[4])),
    (2, 5, (LOW, FIFTH)),
)


def stored(entries: list[bytes]) -> Tree:
    """A tree over tiles, as a database would hold them, made level by level."""
    levels = [[leaf_hash(entry) for entry in entries]]
    while len(levels[-1]) >= tree.TILE_WIDTH:
        row = levels[-1]
        whole = len(row) // tree.TILE_WIDTH
        levels.append([tree.root_of(row[i * 256 : (i + 1) * 256]) for i in range(whole)])

    def read(wanted: list[tree.Wanted]) -> list[bytes]:
        return [b"".join(levels[level][index * 256 : index * 256 + width]) for level, index, width in wanted]

    return Tree(len(entries), read)


def unhex(values) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size):
    root = tree.root_of(leaf_hash(entry) for entry in ENTRIES[:size])
    assert root.hex() == ROOTS[size]
    assert stored(ENTRIES).root(size).hex() == ROOTS[size]
    assert naive.mth(ENTRIES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_the_paths_are_those_of_certificate_transparency(index, size, path):
    assert stored(ENTRIES).inclusion_proof(index, size) == unhex(path) == naive.path(index, ENTRIES[:size])
    assert root_from_inclusion(leaf_hash(ENTRIES[index]), index, size, unhex(path)).hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_the_consistency_proofs_are_those_of_certificate_transparency(old, new, proof):
    assert stored(ENTRIES).consistency_proof(old, new) == unhex(proof) == naive.proof(old, ENTRIES[:new])
    check_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), unhex(proof))


def test_the_example_of_rfc_9162_has_the_nodes_that_its_drawing_names():
    """Section 2.1.5: seven leaves; a..f, j are leaf hashes, g, h, i, k, l the nodes above."""
    entries = [f"d{n}".encode() for n in range(7)]
    a, b, c, d, e, f, j = (naive.leaf(entry) for entry in entries)
    g, h, i = (hashlib.sha256(b"\x01" + x + y).digest() for x, y in ((a, b), (c, d), (e, f)))
    k, up = hashlib.sha256(b"\x01" + g + h).digest(), hashlib.sha256(b"\x01" + i + j).digest()
    made = stored(entries)
    assert made.inclusion_proof(0) == [b, h, up]
    assert made.inclusion_proof(3) == [c, g, up]
    assert made.inclusion_proof(4) == [f, j, k]
    assert made.inclusion_proof(6) == [i, k]
    assert made.consistency_proof(3) == [c, d, g, up]
    assert made.consistency_proof(4) == [up]
    assert made.consistency_proof(6) == [i, j, k]


def test_every_proof_of_every_small_tree_agrees_with_the_formulas_and_checks():
    entries = [bytes([n]) for n in range(40)]
    whole = stored(entries)
    for size in range(1, 41):
        root = whole.root(size)
        assert root == naive.mth(entries[:size])
        for index in range(size):
            path = whole.inclusion_proof(index, size)
            assert path == naive.path(index, entries[:size])
            assert root_from_inclusion(leaf_hash(entries[index]), index, size, path) == root
        for old in range(1, size + 1):
            proof = whole.consistency_proof(old, size)
            assert proof == naive.proof(old, entries[:size])
            check_consistency(old, whole.root(old), size, root, proof)


@pytest.mark.parametrize("size", [255, 256, 257, 511, 65_600])
def test_trees_over_several_levels_of_tiles(size):
    entries = [n.to_bytes(4, "big") for n in range(size)]
    made, root = stored(entries), naive.mth(entries)
    assert made.root() == root
    for index in {0, 1, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        assert root_from_inclusion(leaf_hash(entries[index]), index, size, made.inclusion_proof(index)) == root
    for old in {1, 255, 256, size // 3, size - 1} & set(range(size)):
        check_consistency(old, made.root(old), size, root, made.consistency_proof(old))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_a_growing_tree_has_the_root_of_the_whole_after_every_batch(batches):
    growing, entries = Frontier(), []
    for batch in batches:
        new = [f"{len(entries) + n}".encode() for n in range(batch)]
        entries += new
        growing.extend([leaf_hash(entry) for entry in new])
        assert (growing.size, growing.root()) == (len(entries), naive.mth(entries))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_altered_proof_passes(data):
    size = data.draw(st.integers(2, 300))
    entries = [f"{n}".encode() for n in range(size)]
    made = stored(entries)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path, proof = made.inclusion_proof(index), made.consistency_proof(old)
    kind = data.draw(st.sampled_from(["bit", "drop", "add", "leaf", "index"]))

    def altered(hashes: list[bytes]) -> list[bytes]:
        at = data.draw(st.integers(0, len(hashes) - 1))
        if kind == "bit":
            return [*hashes[:at], bytes([hashes[at][0] ^ 1]) + hashes[at][1:], *hashes[at + 1 :]]
        return [*hashes[:at], *hashes[at + 1 :]] if kind == "drop" else [*hashes[:at], b"\0" * 32, *hashes[at:]]

    given_path = altered(path) if kind in ("bit", "drop", "add") else path
    claimed = leaf_hash(b"another") if kind == "leaf" else leaf_hash(entries[index])
    at, of = (index ^ 1, size) if kind == "index" else (index, size)
    with contextlib.suppress(ProofInvalid):
        assert root_from_inclusion(claimed, at, of, given_path) != made.root()
    if kind in ("bit", "drop", "add"):
        with pytest.raises(ProofInvalid):
            check_consistency(old, made.root(old), size, made.root(), altered(proof))
    else:
        with pytest.raises(ProofInvalid):
            check_consistency(old, made.root(old - 1), size, made.root(), proof)


def test_a_node_cannot_be_passed_off_as_an_entry():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != tree.node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != tree.node_hash(left, right)
