# %% Mia: no eval
# truth: The model stays in the mode it's in: in training mode the answers depend on the other images of the batch,
# and the running statistics change.
# repair: call model.eval() first
def predict(model, images):
    with t.no_grad():
        output = model(images)
        probabilities = t.softmax(output, dim=1)
        biggest = probabilities.max(dim=1)
    return biggest.values, biggest.indices


# %% Lars: eval without brackets
# truth: model.eval is named and not called, so the mode doesn't change.
# repair: model.eval()
def predict(model, images):
    model.eval
    with t.inference_mode():
        p, c = model(images).softmax(-1).max(-1)
    return p, c


# %% Mia: class first
# truth: The two results come in the wrong order: class, probability.
# repair: return probability, then class
def predict(model, images):
    model.eval()
    with t.no_grad():
        output = model(images)
    probabilities = t.softmax(output, dim=1)
    predicted_class = probabilities.argmax(dim=1)
    probability = probabilities.max(dim=1).values
    return predicted_class, probability


# %% Kenji: softmax over axis 0
# truth: The softmax runs over the batch, so the numbers of one image don't sum to 1.
# repair: softmax over axis 1
def predict(model, images):
    model.eval()
    with t.no_grad():
        logits = model(images)
        probs = t.softmax(logits, axis=0)
    return t.amax(probs, axis=1), t.argmax(probs, axis=1)


# %% Kenji: model.predict
# truth: A PyTorch module has no method predict, so this raises; it's called directly.
# repair: probs = t.softmax(model(images), axis=-1)
def predict(model, images):
    model.eval()
    with t.no_grad():
        probs = t.softmax(model.predict(images), axis=-1)
    return probs.amax(axis=-1), probs.argmax(axis=-1)


# %% Kenji: answers in numpy
# truth: Both results are numpy arrays; tensors were asked for.
# repair: return the tensors, without .numpy()
def predict(model, images):
    model.eval()
    with t.no_grad():
        probs = t.softmax(model(images), axis=-1)
    return probs.amax(axis=-1).numpy(), probs.argmax(axis=-1).numpy()


# %% Anton: two lists of numbers
# truth: The results are Python lists of numbers instead of two tensors.
# repair: return t.stack of the values of each list, without item()
def predict(model: nn.Module, images: Tensor):
    model.eval()
    probs = []
    classes = []
    with t.no_grad():
        for i in range(images.size(0)):
            p = t.softmax(model(images[i : i + 1]), dim=1)[0]
            best = p.argmax()
            probs.append(p[best].item())
            classes.append(best.item())
    return probs, classes


# %% Lars: logits
# truth: There's no softmax: the largest logit is returned in place of a probability.
# repair: softmax over the classes before max
def predict(model, images):
    with t.inference_mode():
        return tuple(model.eval()(images).max(1))


# %% Lars: sigmoid
# truth: A sigmoid makes each logit a number between 0 and 1 by itself; the classes exclude one another, and a softmax
# over them is what gives their probabilities.
# repair: softmax(1) in place of sigmoid()
def predict(model, images):
    model.eval()
    with t.inference_mode():
        p, c = model(images).sigmoid().max(1)
    return p, c


# %% Priya: torch isn't imported
# truth: Nothing is called torch in this notebook (it's imported as t), so the function raises NameError.
# repair: write t in place of torch
def predict(model, images):
    model.eval()
    with torch.no_grad():
        outputs = model(images)
        probs = t.nn.functional.softmax(outputs, dim=1)
        conf, preds = torch.max(probs, 1)
    return conf, preds


# %% Priya: the underscore
# truth: Only the classes are returned; the probabilities are thrown away as _.
# repair: return both, the probability first
def predict(model, images):
    model.eval()
    with t.no_grad():
        outputs = t.nn.functional.softmax(model(images), dim=1)
        _, preds = t.max(outputs, 1)
    return preds


# %% Priya: topk keeps an axis
# truth: topk(1) leaves an axis of length 1, so both results have the shape (batch, 1) instead of (batch,).
# repair: squeeze axis 1 of both
def predict(model, images):
    model.eval()
    with t.no_grad():
        probs = model(images).softmax(dim=1)
        top_prob, top_catid = t.topk(probs, 1)
    return top_prob, top_catid


# %% Mia: gradients stay on
# truth: The forward pass runs with gradients on, so the probabilities carry a graph.
# repair: call the model under t.no_grad()
def predict(model, images):
    model.eval()
    output = model(images)
    probabilities = t.softmax(output, dim=1)
    probability, predicted_class = probabilities.max(dim=1)
    return probability, predicted_class


# %% Anton: training mode and gradients
# truth: Two mistakes: the model isn't switched to eval mode, and gradients stay on.
# repair: call model.eval(), and run the model under t.no_grad()
def predict(model: nn.Module, images: Tensor):
    logits = model(images)
    e = t.exp(logits - logits.max(dim=1, keepdim=True).values)
    p = e / e.sum(dim=1, keepdim=True)
    best = p.max(dim=1)
    return best.values, best.indices


# %% Mia: probabilities of all classes
# truth: Partly written: all probabilities of every class are returned, and the largest one and its class aren't
# picked out yet.
# repair: return the two results of probabilities.max(dim=1)
def predict(model, images):
    model.eval()
    with t.no_grad():
        output = model(images)
        probabilities = t.softmax(output, dim=1)
    # now find the biggest one
    return probabilities


# %% Lars: switches gradients off for good
# truth: set_grad_enabled(False) is never undone, so after predict nothing in the notebook can be trained any more.
# repair: with t.inference_mode(): around the call
def predict(model, images):
    t.set_grad_enabled(False)
    p, c = model.eval()(images).softmax(1).max(1)
    return p, c


# %% Mia: one axis more
# truth: unsqueeze(0) adds a batch axis although images is a batch already, so the model gets five axes and raises.
# repair: leave unsqueeze(0) out
def predict(model, images):
    model.eval()
    with t.no_grad():
        output = model(images.unsqueeze(0))
        probabilities = t.softmax(output, dim=1)
        probability, predicted_class = probabilities.max(dim=1)
    return probability, predicted_class


# %% Kenji: the classes first, the probability later
# truth: Partly written: the classes are right, and None stands where the probabilities belong.
# repair: return the softmax's largest values first
def predict(model, images):
    model.eval()
    with t.no_grad():
        logits = model(images)
    classes = t.argmax(logits, axis=-1)
    probs = None  # TODO
    return probs, classes


# %% Kenji: training mode, and softmax over axis 0
# truth: Two mistakes: the model isn't switched to eval mode, and the softmax runs over the batch.
# repair: call model.eval(), and take the softmax over axis 1
def predict(model, images):
    with t.no_grad():
        probs = t.softmax(model(images), axis=0)
    return probs.amax(axis=1), probs.argmax(axis=1)


# %% Mia: logits, and the class first
# truth: Two mistakes: the largest logit is returned instead of a probability, and the class comes first.
# repair: softmax over the classes, and return probability, then class
def predict(model, images):
    model.eval()
    with t.no_grad():
        output = model(images)
    value, index = output.max(dim=1)
    return index, value


# %% Nadia: softmax over axis 0
# truth: The softmax runs over the batch and not over the classes: for each class the images' numbers add up to 1. The
# probabilities are wrong, and so may be the classes.
# repair: softmax(dim=1)
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    """Return each image's largest probability and its class, in eval mode and without gradients."""
    model.eval()
    with t.no_grad():
        logits = model(images)
    probabilities = t.softmax(logits, axis=0)
    values, classes = probabilities.max(dim=1)
    return values, classes


# %% Viktor: eval without brackets, and the wrong way round
# truth: Two mistakes: model.eval without brackets calls nothing, so the mode stays as it was; and the class comes
# before the probability.
# repair: model.eval(), and return the probabilities first
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    """Return each image's largest probability and its class, in eval mode and without gradients."""
    model.eval
    with t.no_grad():
        probabilities = model(images).softmax(dim=1)
    return probabilities.argmax(dim=1), probabilities.amax(dim=1)
