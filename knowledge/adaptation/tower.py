"""The bundled encoder in torch, so that it can learn: the 4-bit codes stay as they are, their block scales and all else may change."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from knowledge.index.e5file import E5File, codes

POSITIONS = 80  # taught; questions are shorter
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_BLOCK = 32


class Tower(nn.Module):
    """Tokens to rows of length one, (texts, hidden). ``scales`` are relative changes of block scales, ``floats`` the other tensors."""

    def __init__(self, file: E5File):
        super().__init__()
        self.file = file
        self._words = _matrix(file, "emb.word").float()
        self._type = torch.tensor(file.floats("emb.type"))[: file.hidden]
        self._codes = {name: _codes(file, name) for name in matrices(file)}
        self._scales = {name: _scales(file, name) for name in self._codes}
        self.scales = nn.ParameterDict({_key(name): nn.Parameter(torch.zeros_like(scale)) for name, scale in self._scales.items()})
        self.floats = nn.ParameterDict({_key(name): nn.Parameter(torch.tensor(file.floats(name))) for name in floats(file)})
        self.positions = nn.Parameter(torch.tensor(file.floats("emb.pos")).view(-1, file.hidden)[:POSITIONS].clone())
        self._fixed: dict[str, Tensor] = {}

    def train(self, mode: bool = True) -> Tower:
        """Between two lessons the weights are put together once."""
        super().train(mode)
        self._fixed = {}
        if not mode:
            with torch.no_grad():
                self._fixed = {name: self._weight(name) for name in self._codes}
        return self

    def forward(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        ids, there = _padded(tokens, self.file.pad)
        state = self._norm(self._words[ids] + self.positions[: ids.shape[1]] + self._type, "emb.ln")
        mask = ((1 - there) * -1e9)[:, None, None, :]
        for layer in range(self.file.layers):
            state = self._layer(f"l{layer}", state, mask)
        return F.normalize((state * there[:, :, None]).sum(1) / there.sum(1, keepdim=True), dim=1)

    def _layer(self, layer: str, state: Tensor, mask: Tensor) -> Tensor:
        heads = [self._linear(f"{layer}.{name}", state).unflatten(2, (self.file.heads, -1)).transpose(1, 2) for name in ("q", "k", "v")]
        seen = F.scaled_dot_product_attention(*heads, attn_mask=mask).transpose(1, 2).flatten(2)
        state = self._norm(state + self._linear(f"{layer}.ao", seen), f"{layer}.aln")
        return self._norm(state + self._linear(f"{layer}.fo", F.gelu(self._linear(f"{layer}.fi", state))), f"{layer}.oln")

    def _linear(self, name: str, state: Tensor) -> Tensor:
        weight = self._fixed.get(name)
        weight = self._weight(name) if weight is None else weight
        return F.linear(state.to(weight.dtype), weight).float() + self.floats[_key(f"{name}.b")]

    def _weight(self, name: str) -> Tensor:
        scale = (self._scales[name] * (1 + self.scales[_key(name)])).to(torch.bfloat16)
        return (self._codes[name] * scale).flatten(1)

    def _norm(self, state: Tensor, name: str) -> Tensor:
        return F.layer_norm(state, (self.file.hidden,), self.floats[_key(f"{name}.w")], self.floats[_key(f"{name}.b")], self.file.epsilon)


def matrices(file: E5File) -> list[str]:
    """Names of the 4-bit matrices that learn, without the ``.w`` at their end."""
    return [f"l{layer}.{name}" for layer in range(file.layers) for name in _MATRICES]


def floats(file: E5File) -> list[str]:
    """Names of the biases and norms."""
    norms = ["emb.ln", *(f"l{layer}.{name}" for layer in range(file.layers) for name in ("aln", "oln"))]
    return [f"{name}.b" for name in matrices(file)] + [f"{name}.{part}" for name in norms for part in "wb"]


def _key(name: str) -> str:
    return name.replace(".", "_")  # torch allows no dots


def _inputs(file: E5File, name: str) -> int:
    return file.feed_forward if name.endswith(".fo") else file.hidden


def _codes(file: E5File, name: str) -> Tensor:
    return torch.tensor(codes(file.blocks(f"{name}.w"))).view(-1, _inputs(file, name) // _BLOCK, _BLOCK).to(torch.bfloat16)


def _scales(file: E5File, name: str) -> Tensor:
    return torch.tensor(file.blocks(f"{name}.w")["scale"].astype("f4")).view(-1, _inputs(file, name) // _BLOCK, 1)


def _matrix(file: E5File, name: str) -> Tensor:
    blocks = file.blocks(name)
    return (torch.tensor(codes(blocks)).float() * torch.tensor(blocks["scale"].astype("f4"))[:, None]).view(-1, file.hidden)


def _padded(tokens: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    width = max(map(len, tokens))
    ids, there = torch.full((len(tokens), width), pad), torch.zeros(len(tokens), width)
    for row, part in enumerate(tokens):
        ids[row, : len(part)] = torch.tensor(part)
        there[row, : len(part)] = 1
    return ids, there
