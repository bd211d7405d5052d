# %% mistake: not_batch_first
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        y = self.norm1(x)
        y, _ = self.self_attn(y, y, y)
        x = x + y
        y = self.norm2(x)
        y = self.linear1(y)
        y = functional.gelu(y)
        y = self.linear2(y)
        return x + y


# repair
# -         self.self_attn = nn.MultiheadAttention(features, heads)
# +         self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)


# %% mistake: one_head
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, 1, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return self.linear2(nn.functional.gelu(self.linear1(x)))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        x = x + self.think(self.norm2(x))
        return x


# repair
# -         self.self_attn = nn.MultiheadAttention(features, 1, batch_first=True)
# +         self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)


# %% mistake: no_bias
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, bias=False, batch_first=True)
        self.gelu = nn.GELU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
        ready = self.norm2(middle)
        return middle + self.linear2(self.gelu(self.linear1(ready)))


# repair
# -         self.self_attn = nn.MultiheadAttention(features, heads, bias=False, batch_first=True)
# +         self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)


# %% mistake: changes_input
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        y = self.norm1(x)
        y, _ = self.self_attn(y, y, y)
        x += y
        y = self.norm2(x)
        y = self.linear1(y)
        y = functional.gelu(y)
        y = self.linear2(y)
        return x + y


# repair
# -         x += y
# -         y = self.norm2(x)
# +         x = x + y
# +         y = self.norm2(x)


# %% mistake: pair
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        stream = x.transpose(0, 1)
        ready = self.norm1(stream)
        stream = stream + self.self_attn(ready, ready, ready)
        ready = self.norm2(stream)
        stream = stream + self.linear2(functional.gelu(self.linear1(ready)))
        return stream.transpose(0, 1)


# repair
# -         stream = stream + self.self_attn(ready, ready, ready)
# +         stream = stream + self.self_attn(ready, ready, ready)[0]


# %% mistake: post_norm
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return self.linear2(nn.functional.gelu(self.linear1(x)))

    def forward(self, x):
        x = self.norm1(x + self.attend(x))
        x = self.norm2(x + self.think(x))
        return x


# repair
# -         x = self.norm1(x + self.attend(x))
# -         x = self.norm2(x + self.think(x))
# +         x = x + self.attend(self.norm1(x))
# +         x = x + self.think(self.norm2(x))


# %% mistake: parallel
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm([features])
        self.norm2 = nn.LayerNorm([features])
        self.self_attn = nn.MultiheadAttention(embed_dim=features, num_heads=heads, batch_first=True, dropout=0.0)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        ready = self.norm1(x)
        out = self.self_attn(ready, ready, ready)[0]
        total = x + out
        mlp = nn.Sequential(self.norm2, self.linear1, nn.GELU(), self.linear2)
        out = mlp(x)
        return t.add(out, total)


# repair
# -         out = mlp(x)
# +         out = mlp(total)


# %% mistake: mlp_first
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return self.linear2(nn.functional.gelu(self.linear1(x)))

    def forward(self, x):
        x = x + self.think(self.norm2(x))
        x = x + self.attend(self.norm1(x))
        return x


# repair
# -         x = x + self.think(self.norm2(x))
# -         x = x + self.attend(self.norm1(x))
# +         x = x + self.attend(self.norm1(x))
# +         x = x + self.think(self.norm2(x))


# %% mistake: no_first_skip
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm([features])
        self.norm2 = nn.LayerNorm([features])
        self.self_attn = nn.MultiheadAttention(embed_dim=features, num_heads=heads, batch_first=True, dropout=0.0)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        ready = self.norm1(x)
        out = self.self_attn(ready, ready, ready)[0]
        total = out
        mlp = nn.Sequential(self.norm2, self.linear1, nn.GELU(), self.linear2)
        out = mlp(total)
        return t.add(out, total)


# repair
# -         total = out
# +         total = x + out


# %% mistake: no_second_skip
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        y = self.norm1(x)
        y, _ = self.self_attn(y, y, y)
        x = x + y
        y = self.norm2(x)
        y = self.linear1(y)
        y = functional.gelu(y)
        y = self.linear2(y)
        return y


# repair
# -         return y
# +         return x + y


# %% mistake: first_skip_normalised
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.gelu = nn.GELU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = ready + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
        ready = self.norm2(middle)
        return middle + self.linear2(self.gelu(self.linear1(ready)))


# repair
# -         middle = ready + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
# +         middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]


# %% mistake: second_skip_normalised
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.gelu = nn.GELU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
        ready = self.norm2(middle)
        return ready + self.linear2(self.gelu(self.linear1(ready)))


# repair
# -         return ready + self.linear2(self.gelu(self.linear1(ready)))
# +         return middle + self.linear2(self.gelu(self.linear1(ready)))


# %% mistake: no_first_norm
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def attention(self, x):
        batch, tokens, features = x.shape
        qkv = functional.linear(x, self.self_attn.in_proj_weight, self.self_attn.in_proj_bias)
        qkv = qkv.reshape(batch, tokens, 3, self.heads, features // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT / (features // self.heads) ** 0.5).softmax(dim=-1)
        out = (weights @ v).transpose(1, 2).reshape(batch, tokens, features)
        return functional.linear(out, self.self_attn.out_proj.weight, self.self_attn.out_proj.bias)

    def forward(self, x):
        x = x + self.attention(x)
        hidden = self.linear1(self.norm2(x))
        hidden = hidden * 0.5 * (1 + t.erf(hidden / 2**0.5))
        return x + self.linear2(hidden)


# repair
# -         x = x + self.attention(x)
# +         x = x + self.attention(self.norm1(x))


# %% mistake: no_second_norm
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def attention(self, x):
        batch, tokens, features = x.shape
        qkv = functional.linear(x, self.self_attn.in_proj_weight, self.self_attn.in_proj_bias)
        qkv = qkv.reshape(batch, tokens, 3, self.heads, features // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT / (features // self.heads) ** 0.5).softmax(dim=-1)
        out = (weights @ v).transpose(1, 2).reshape(batch, tokens, features)
        return functional.linear(out, self.self_attn.out_proj.weight, self.self_attn.out_proj.bias)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        hidden = self.linear1(x)
        hidden = hidden * 0.5 * (1 + t.erf(hidden / 2**0.5))
        return x + self.linear2(hidden)


# repair
# -         hidden = self.linear1(x)
# +         hidden = self.linear1(self.norm2(x))


# %% mistake: norm1_twice
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def attention(self, x):
        batch, tokens, features = x.shape
        qkv = functional.linear(x, self.self_attn.in_proj_weight, self.self_attn.in_proj_bias)
        qkv = qkv.reshape(batch, tokens, 3, self.heads, features // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT / (features // self.heads) ** 0.5).softmax(dim=-1)
        out = (weights @ v).transpose(1, 2).reshape(batch, tokens, features)
        return functional.linear(out, self.self_attn.out_proj.weight, self.self_attn.out_proj.bias)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        hidden = self.linear1(self.norm1(x))
        hidden = hidden * 0.5 * (1 + t.erf(hidden / 2**0.5))
        return x + self.linear2(hidden)


# repair
# -         hidden = self.linear1(self.norm1(x))
# +         hidden = self.linear1(self.norm2(x))


# %% mistake: norms_swapped
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return self.linear2(nn.functional.gelu(self.linear1(x)))

    def forward(self, x):
        x = x + self.attend(self.norm2(x))
        x = x + self.think(self.norm1(x))
        return x


# repair
# -         x = x + self.attend(self.norm2(x))
# -         x = x + self.think(self.norm1(x))
# +         x = x + self.attend(self.norm1(x))
# +         x = x + self.think(self.norm2(x))


# %% mistake: raw_keys
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        stream = x.transpose(0, 1)
        ready = self.norm1(stream)
        stream = stream + self.self_attn(ready, stream, stream)[0]
        ready = self.norm2(stream)
        stream = stream + self.linear2(functional.gelu(self.linear1(ready)))
        return stream.transpose(0, 1)


# repair
# -         stream = stream + self.self_attn(ready, stream, stream)[0]
# +         stream = stream + self.self_attn(ready, ready, ready)[0]


# %% mistake: raw_values
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.gelu = nn.GELU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = x + self.self_attn(query=ready, key=ready, value=x, need_weights=False)[0]
        ready = self.norm2(middle)
        return middle + self.linear2(self.gelu(self.linear1(ready)))


# repair
# -         middle = x + self.self_attn(query=ready, key=ready, value=x, need_weights=False)[0]
# +         middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]


# %% mistake: raw_query
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm([features])
        self.norm2 = nn.LayerNorm([features])
        self.self_attn = nn.MultiheadAttention(embed_dim=features, num_heads=heads, batch_first=True, dropout=0.0)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        ready = self.norm1(x)
        out = self.self_attn(x, ready, ready)[0]
        total = x + out
        mlp = nn.Sequential(self.norm2, self.linear1, nn.GELU(), self.linear2)
        out = mlp(total)
        return t.add(out, total)


# repair
# -         out = self.self_attn(x, ready, ready)[0]
# +         out = self.self_attn(ready, ready, ready)[0]


# %% mistake: relu
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.gelu = nn.ReLU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
        ready = self.norm2(middle)
        return middle + self.linear2(self.gelu(self.linear1(ready)))


# repair
# -         self.gelu = nn.ReLU()
# +         self.gelu = nn.GELU()


# %% mistake: no_gelu
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        y = self.norm1(x)
        y, _ = self.self_attn(y, y, y)
        x = x + y
        y = self.norm2(x)
        y = self.linear1(y)
        y = self.linear2(y)
        return x + y


# repair
# -         y = self.linear2(y)
# +         y = functional.gelu(y)
# +         y = self.linear2(y)


# %% mistake: gelu_twice
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return nn.functional.gelu(self.linear2(nn.functional.gelu(self.linear1(x))))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        x = x + self.think(self.norm2(x))
        return x


# repair
# -         return nn.functional.gelu(self.linear2(nn.functional.gelu(self.linear1(x))))
# +         return self.linear2(nn.functional.gelu(self.linear1(x)))


# %% right: plain
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        y = self.norm1(x)
        y, _ = self.self_attn(y, y, y)
        x = x + y
        y = self.norm2(x)
        y = self.linear1(y)
        y = functional.gelu(y)
        y = self.linear2(y)
        return x + y


# %% right: without weights
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.linear2, self.linear1 = nn.Linear(hidden, features), nn.Linear(features, hidden)
        self.norm2, self.norm1 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.gelu = nn.GELU()

    def forward(self, x):
        ready = self.norm1(x)
        middle = x + self.self_attn(query=ready, key=ready, value=ready, need_weights=False)[0]
        ready = self.norm2(middle)
        return middle + self.linear2(self.gelu(self.linear1(ready)))


# %% right: two methods
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)

    def attend(self, x):
        found, weights = self.self_attn(x, x, x)
        return found

    def think(self, x):
        return self.linear2(nn.functional.gelu(self.linear1(x)))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        x = x + self.think(self.norm2(x))
        return x


# %% right: tokens first inside
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        stream = x.transpose(0, 1)
        ready = self.norm1(stream)
        stream = stream + self.self_attn(ready, ready, ready)[0]
        ready = self.norm2(stream)
        stream = stream + self.linear2(functional.gelu(self.linear1(ready)))
        return stream.transpose(0, 1)


# %% right: attention by hand
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def attention(self, x):
        batch, tokens, features = x.shape
        qkv = functional.linear(x, self.self_attn.in_proj_weight, self.self_attn.in_proj_bias)
        qkv = qkv.reshape(batch, tokens, 3, self.heads, features // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT / (features // self.heads) ** 0.5).softmax(dim=-1)
        out = (weights @ v).transpose(1, 2).reshape(batch, tokens, features)
        return functional.linear(out, self.self_attn.out_proj.weight, self.self_attn.out_proj.bias)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        hidden = self.linear1(self.norm2(x))
        hidden = hidden * 0.5 * (1 + t.erf(hidden / 2**0.5))
        return x + self.linear2(hidden)


# %% right: sums in place on its own tensors
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm([features])
        self.norm2 = nn.LayerNorm([features])
        self.self_attn = nn.MultiheadAttention(embed_dim=features, num_heads=heads, batch_first=True, dropout=0.0)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        ready = self.norm1(x)
        out = self.self_attn(ready, ready, ready)[0]
        total = x + out
        mlp = nn.Sequential(self.norm2, self.linear1, nn.GELU(), self.linear2)
        out = mlp(total)
        return t.add(out, total)


# %% wrong: a shortcut: torch's
class TransformerBlock(nn.TransformerEncoderLayer):
    def __init__(self, features, heads, hidden):
        super().__init__(features, heads, hidden, 0.0, "gelu", batch_first=True, norm_first=True)


# %% wrong: no skip at all
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        x = self.norm1(x)
        x = self.self_attn(x, x, x)[0]
        return self.linear2(functional.gelu(self.linear1(self.norm2(x))))


# %% wrong: overwritten
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        x = self.norm1(x)
        x = x + self.self_attn(x, x, x)[0]
        x = self.norm2(x)
        x = x + self.linear2(functional.gelu(self.linear1(x)))
        return x


# %% wrong: dropout
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, dropout=0.1, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)

    def forward(self, x):
        ready = self.norm1(x)
        x = x + self.self_attn(ready, ready, ready)[0]
        return x + self.linear2(functional.gelu(self.linear1(self.norm2(x))))


# %% wrong: other names
class TransformerBlock(nn.Module):
    def __init__(self, features, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.attention = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.mlp = nn.Sequential(nn.Linear(features, hidden), nn.GELU(), nn.Linear(hidden, features))

    def forward(self, x):
        ready = self.norm1(x)
        x = x + self.attention(ready, ready, ready)[0]
        return x + self.mlp(self.norm2(x))
