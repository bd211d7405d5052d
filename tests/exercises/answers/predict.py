# %% mistake: no_eval
def predict(model, images):
    with t.inference_mode():
        logits = model(images)
        probs = logits.softmax(dim=1)
        best_prob, best_class = probs.max(dim=1)
    return best_prob, best_class


# repair
# -     with t.inference_mode():
# +     model.eval()
# +     with t.inference_mode():


# %% mistake: training_mode
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.train()
    with t.no_grad():
        probabilities = t.softmax(model(images), dim=1)
    values, indices = t.max(probabilities, dim=1)
    return values, indices


# repair
# -     model.train()
# +     model.eval()


# %% mistake: softmax_over_batch
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.inference_mode():
        probs = model(images).softmax(0)
    best = probs.max(dim=1)
    return best.values, best.indices


# repair
# -         probs = model(images).softmax(0)
# +         probs = model(images).softmax(1)


# %% mistake: logits
@t.inference_mode()
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    output = model(images)
    return output.amax(dim=1), output.argmax(dim=1)


# repair
# -     output = model(images)
# +     output = model(images).softmax(dim=1)


# %% mistake: sigmoid
def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    model.eval()
    with t.no_grad():
        logits = model(images)
    probs = t.sigmoid(logits)
    p, c = probs.max(dim=-1)
    return p, c


# repair
# -     probs = t.sigmoid(logits)
# +     probs = t.softmax(logits, dim=1)


# %% mistake: log_softmax
def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    model.eval()
    with t.inference_mode():
        scores = nn.functional.log_softmax(model(images), dim=1)
        result = scores.topk(1, dim=1)
    return result.values[:, 0], result.indices[:, 0]


# repair
# -         scores = nn.functional.log_softmax(model(images), dim=1)
# +         scores = nn.functional.softmax(model(images), dim=1)


# %% mistake: softmax_twice
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.inference_mode():
        probs = nn.Sequential(model, nn.Softmax(dim=1))(images)
    classes = probs.argmax(dim=1)
    confidence = probs.softmax(dim=1).amax(dim=1)
    return confidence, classes


# repair
# -     confidence = probs.softmax(dim=1).amax(dim=1)
# +     confidence = probs.amax(dim=1)


# %% mistake: swapped
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model = model.eval()
    with t.no_grad():
        probabilities = model(images).softmax(-1)
    probability, label = probabilities.max(-1)
    return label, probability


# repair
# -     return label, probability
# +     return probability, label


# %% mistake: maximum_over_batch
def predict(model, images):
    model.eval()
    with t.inference_mode():
        logits = model(images)
    probabilities = t.softmax(logits, dim=1)
    return probabilities.amax(dim=0), probabilities.argmax(dim=0)


# repair
# -     return probabilities.amax(dim=0), probabilities.argmax(dim=0)
# +     return probabilities.amax(dim=1), probabilities.argmax(dim=1)


# %% mistake: whole_batch
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.inference_mode():
        probs = model(images).softmax(dim=1)
    return probs.max(), probs.argmax()


# repair
# -     return probs.max(), probs.argmax()
# +     return probs.amax(dim=1), probs.argmax(dim=1)


# %% mistake: minimum
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.no_grad():
        probs = model(images).softmax(dim=1)
    ordered, classes = probs.sort(dim=1)
    return ordered[:, 0], classes[:, 0]


# repair
# -     return ordered[:, 0], classes[:, 0]
# +     return ordered[:, -1], classes[:, -1]


# %% mistake: all_probabilities
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.inference_mode():
        probabilities = model(images).softmax(dim=1)
        classes = probabilities.argmax(dim=1)
    return probabilities, classes


# repair
# -     return probabilities, classes
# +     return probabilities.amax(dim=1), classes


# %% mistake: class_only
def predict(model, images):
    model.eval()
    with t.no_grad():
        probs = t.softmax(model(images), 1)
        return t.argmax(probs, 1)


# repair
# -         return t.argmax(probs, 1)
# +         return t.amax(probs, 1), t.argmax(probs, 1)


# %% mistake: first_image_only
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    model.eval()
    with t.inference_mode():
        logits = model(images)[0]
    probs = logits.softmax(dim=0)
    probability, label = probs.max(dim=0)
    return probability, label


# repair
# -         logits = model(images)[0]
# -     probs = logits.softmax(dim=0)
# -     probability, label = probs.max(dim=0)
# +         logits = model(images)
# +     probs = logits.softmax(dim=1)
# +     probability, label = probs.max(dim=1)


# %% mistake: gradients_on
def predict(model, images):
    model.eval()
    logits = model(images)
    probs = logits.softmax(dim=1)
    return probs.max(dim=1).values, probs.max(dim=1).indices


# repair
# -     logits = model(images)
# +     with t.inference_mode():
# +         logits = model(images)


# %% mistake: gradients_left_off
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    t.set_grad_enabled(False)
    model.eval()
    values, indices = model(images).softmax(dim=1).max(dim=1)
    return values, indices


# repair
# -     t.set_grad_enabled(False)
# -     model.eval()
# -     values, indices = model(images).softmax(dim=1).max(dim=1)
# +     model.eval()
# +     with t.inference_mode():
# +         values, indices = model(images).softmax(dim=1).max(dim=1)


# %% right: channels first
def predict(model, images):
    model.train(False)
    answers = []
    for image in images:  # one by one, as in use
        with t.no_grad():
            logits = model(image[None])[0]
        shares = (logits - logits.max()).exp()
        shares = shares / shares.sum()
        answers.append((shares.max(), shares.argmax()))
    return t.stack([p for p, _ in answers]), t.stack([c for _, c in answers])


# %% right: einops fan
from einops import reduce


@t.inference_mode()
def predict(model: nn.Module, images: Float[Tensor, "b 3 h w"]) -> tuple[Tensor, Tensor]:
    model.eval()
    scores = model(images).exp()
    shares = scores / rearrange(scores.sum(-1), "b -> b 1")
    return reduce(shares, "b n -> b", "max"), shares.argmax(dim=-1)


# %% right: engineer: works with logarithms of the probabilities, and looks the likeliest one up with gather
import torch


def predict(model: nn.Module, images: Float[Tensor, "b 3 h w"]) -> tuple[Float[Tensor, " b"], Int[Tensor, " b"]]:
    model.eval()
    with torch.no_grad():
        log_probabilities = model(images).log_softmax(dim=1)
    classes = log_probabilities.argmax(dim=1)
    probabilities = log_probabilities.exp().gather(1, classes.unsqueeze(1)).squeeze(1)
    return probabilities, classes


# %% right: golfer
predict = t.no_grad()(lambda model, images: [*model.eval()(images).softmax(-1).max(-1)])


# %% right: inheritor
from torch.nn import functional as F


def predict(model, images):
    with t.inference_mode():
        p = F.softmax(model.eval()(images), dim=1)
        best, where = p.sort(dim=1)[0][:, -1], p.sort(dim=1)[1][:, -1]
    return best, where.int()


# %% right: numpy convert
import torch


def predict(model, images):
    model = model.eval()
    with torch.no_grad():
        p = torch.nn.Softmax(dim=-1)(model(images))
    order = p.argsort(axis=1, descending=True)[:, 0]
    return p[torch.arange(len(images)), order], order


# %% right: textbook
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


# %% right: torchvision reader: puts the model back into the mode that it came in, even after an error
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            probabilities = torch.softmax(model(images), dim=1)
        top = probabilities.topk(1, dim=1)
    finally:
        model.train(was_training)
    return top.values.squeeze(1), top.indices.squeeze(1)


# %% wrong: asks for the top of the first 5 classes
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return tuple(model.eval()(images).softmax(1)[:, :5].max(1))


# %% wrong: rounds the probability to three digits
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return (p * 1000).round() / 1000, c


# %% wrong: gives per cent
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return 100 * p, c


# %% wrong: counts classes from 1
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return p, c + 1


# %% wrong: goes to eval after the model has run
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        logits = model(images)
        model.eval()
    return tuple(logits.softmax(1).max(1))


# %% wrong: detaches the result, but records the graph
def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    p, c = model.eval()(images).detach().softmax(1).max(1)
    return p, c


# %% wrong: freezes the model to do without gradients, and leaves it frozen
import torch


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    model.eval().requires_grad_(requires_grad=False)
    with torch.no_grad():
        return tuple(model(images).softmax(1).max(1))


# %% wrong: gives lists of numbers
from typing import Any

import torch


def predict(model: nn.Module, images: Tensor) -> Any:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return p.tolist(), c.tolist()


# %% wrong: returns a row of pairs, one for each image
from typing import Any

import torch


def predict(model: nn.Module, images: Tensor) -> Any:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return torch.stack([p, c.to(p.dtype)])


# %% mistake: no_eval
import torch
import torch.nn.functional as F


def predict(model, images):
    pass
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


# repair
# -     pass
# +     model.eval()


# %% mistake: logits
import torch


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = logits
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


# repair
# -         probabilities = logits
# +         probabilities = logits.softmax(dim=1)


# %% mistake: softmax_over_batch
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=0)
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


# repair
# -         probabilities = F.softmax(logits, dim=0)
# +         probabilities = F.softmax(logits, dim=1)


# %% mistake: maximum_over_batch
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=0)
    return values, indices


# repair
# -         values, indices = torch.max(probabilities, dim=0)
# +         values, indices = torch.max(probabilities, dim=1)


# %% mistake: swapped
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return indices, values


# repair
# -     return indices, values
# +     return values, indices


# %% mistake: gradients_on
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    if True:
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


# repair
# -     if True:
# +     with torch.no_grad():


# %% mistake: class_only
import torch
import torch.nn.functional as F


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return indices


# repair
# -     return indices
# +     return values, indices


# %% equivalent: what max gives is a tuple already
# return probabilities.max(dim=1)


# %% mistake: pair_of_max
def predict(model, images):
    model.eval()
    with t.inference_mode():
        probabilities = model(images).softmax(dim=1)
    return probabilities.max(dim=1), probabilities.argmax(dim=1)


# repair
# -     return probabilities.max(dim=1), probabilities.argmax(dim=1)
# +     return probabilities.max(dim=1).values, probabilities.argmax(dim=1)


# %% mistake: pair_of_max
def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    model.eval()
    with t.no_grad():
        probs = t.softmax(model(images), 1)
        best = probs.max(1)
        return probs.argmax(1), best


# repair
# -         return probs.argmax(1), best
# +         return best.values, probs.argmax(1)
