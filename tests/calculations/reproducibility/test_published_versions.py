"""A published version gives the same figures for ever: what it gave when it was published is pinned here.

A faster way of calculating must give these very bits; another way belongs to a new version.
"""

import pytest

from calculations.canonical import canonical_digest
from tests.calculations import jiangkou

PINNED = {
    "KCS-ENH-BACI": {
        "figures": "ea1c76a6b0b5488cba08632034e081b4a9bcaafb7255241ec85bca15a6c2a012",
        "uncertainty": "2273edbd89bb704ea9b695c97279d5c1d29fa876ff668dc31cd9a76342d58ea2",
        "monthly": "62bb46377696ef3b3df2bbb7c50fd810dde80139d67bb0e528e8d42831d0e7df",
        "waterfall": "79f66404476a687de468acca7f1625f1e08215539470df1530e1427807c3b162",
    },
    "KCS-INV": {
        "figures": "ad98d0af23748eb892a758a1543a1d178816c23af52f32e7e139b7785e2e091b",
        "uncertainty": "7e4efa9274a51ae7b71c534506d7c77f3e9ae59f4e99ff1cae9c022eb5ed21f7",
        "monthly": "62bb46377696ef3b3df2bbb7c50fd810dde80139d67bb0e528e8d42831d0e7df",
        "waterfall": "9c5f45ef03502f7150f7c063dd39c0fa5669a04b10849712c1cf4e920db66420",
    },
}


@pytest.mark.parametrize("methodology", sorted(PINNED))
def test_version_1_0_0_gives_the_figures_it_was_published_with(methodology):
    content = jiangkou.official(methodology).content
    assert {part: canonical_digest(content[part]) for part in PINNED[methodology]} == PINNED[methodology]
