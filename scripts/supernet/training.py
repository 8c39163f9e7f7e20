"""The training loop: phases, steps, distillation, checkpoints. It knows nothing of files but the checkpoint."""

import ctypes
import json
import os
import sys

import torch
import torch.nn.functional as F
from tqdm import tqdm

import checkpoint
from data import BatchOrder, augment
from evaluate import accuracy
from failures import Failure
from gradients import Gradients

CHECK_EVERY = 20


class Training:
    """Trains `network` through `phases`; stops and starts again at any step with the same result."""

    def __init__(self, network, phases, recipe, images, *, seed, workers, threads=1, validation=None):
        self.network, self.phases, self.recipe, self.seed = network, phases, recipe, seed
        self.images, self.validation, self.workers = images, validation, workers
        workers.share_of(recipe.batch)
        self.gradients = Gradients(network, threads)
        self.order = BatchOrder(len(images), recipe.batch, seed, workers.rank, workers.count)
        self.phase, self.step, self.teacher, self.history = 0, 0, None, []
        self.optimizer = self._new_optimizer()

    def _new_optimizer(self):
        """Weights decay; scales, shifts, biases and kernel transformations do not."""
        decaying, others = [], []
        for name, parameter in self.network.named_parameters():
            (decaying if name.endswith("weight") else others).append(parameter)
        groups = [
            {"params": decaying, "weight_decay": self.recipe.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=0.0)

    def configuration(self):
        """Digest of all that decides the result; a checkpoint of another one is refused."""
        return checkpoint.digest(
            self.network.space.source,
            self.recipe.record(),
            repr(self.phases),
            self.seed,
            self.images.digest(),
        )

    def run(self, path, save_every, quiet=False):
        """Trains to the end, from the checkpoint at `path` where there is one; writes it every so many steps."""
        configuration = self.configuration()
        state = self.workers.from_leader(lambda: checkpoint.load(path, configuration))
        if state is not None:
            self._restore(state)

        def save():
            if self.workers.leads:
                checkpoint.save(path, {"configuration": configuration, **self._state()})

        total = sum(phase.steps for phase in self.phases)
        done = self._steps_before(self.phase) + self.step
        with tqdm(total=total, initial=done, unit="step", disable=quiet or not self.workers.leads) as bar:
            while self.phase < len(self.phases):
                self._run_phase(self.phases[self.phase], bar, save, save_every)
                save()

    def _run_phase(self, phase, bar, save, save_every):
        bar.set_description(phase.name)
        if self.step == 0:
            self._enter(phase)
        while self.step < phase.steps:
            loss = self._train_step(phase)
            self.step += 1
            bar.update()
            if self.step % CHECK_EVERY == 0:
                self._check(loss, phase, bar)
            if self.step % save_every == 0 and self.step < phase.steps:
                save()
        self._leave(phase, bar)

    def _check(self, loss, phase, bar):
        if not torch.isfinite(loss):
            raise Failure(f"phase {phase.name}, step {self.step}: the loss is {float(loss)}: lower its learning rate")
        bar.set_postfix(loss=f"{float(loss):.3f}")

    def _steps_before(self, index):
        return sum(phase.steps for phase in self.phases[:index])

    def _enter(self, phase):
        """A phase begins with a fresh optimizer: sorting moves channels, and the learning rate starts anew."""
        if phase.sorts_channels:
            self.network.sort_channels(phase.widths_trained)
        self.optimizer = self._new_optimizer()

    def _train_step(self, phase):
        recipe, index = self.recipe, self._steps_before(self.phase) + self.step
        for group in self.optimizer.param_groups:
            group["lr"] = phase.learning_rate(self.step, recipe.warmup_steps)
        images, labels = self.images.take(self.order.indices(index), self.workers.device)
        images = augment(images, recipe.augmentation, (self.seed, index, self.workers.rank))
        images = images.contiguous(memory_format=torch.channels_last)
        networks = phase.networks(self.seed, self.step, recipe.networks_per_step)
        answers = self._teach(images) if len(networks) > 1 else None
        self.optimizer.zero_grad(set_to_none=True)

        def loss_of(genotype):
            logits = self.network(images, genotype)
            loss = F.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
            if answers is not None:
                loss = loss + recipe.distillation * F.cross_entropy(logits, answers)
            return loss / len(networks)

        total = self.gradients.accumulate(networks, loss_of)
        self.workers.average_gradients(self.network)
        self.optimizer.step()
        return total

    @torch.no_grad()
    def _teach(self, images):
        """What the frozen teacher, the full network after its own phase, makes of the images: probabilities."""
        if self.teacher is None or self.recipe.distillation == 0:
            return None
        return F.softmax(self.teacher(images, self.phases[0].largest), dim=1)

    def _leave(self, phase, bar):
        if self.phase == 0 and len(self.phases) > 1:
            self.teacher = self.network.frozen()
        if self.validation is not None:
            results = {"phase": phase.name}
            for name, genotype in (("largest", phase.largest), ("smallest", phase.smallest)):
                reached = accuracy(self.network, genotype, self.images, self.validation, self.workers.device)
                results[name] = round(reached, 6)
            self.history.append(results)
            if self.workers.leads:
                bar.write(json.dumps(results), file=sys.stderr)
        self.phase, self.step = self.phase + 1, 0

    def _state(self):
        return {
            "network": self.network.state_dict(),
            "teacher": None if self.teacher is None else self.teacher.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "phase": self.phase,
            "step": self.step,
            "history": self.history,
        }

    def _restore(self, state):
        self.network.load_state_dict(state["network"])
        if state["teacher"] is not None:
            self.teacher = self.network.frozen()
            self.teacher.load_state_dict(state["teacher"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.phase, self.step, self.history = state["phase"], state["step"], state["history"]


def prepare(seed, threads):
    """Seeds and deterministic algorithms: the same bytes on one kind of device with one version of PyTorch."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    keep_freed_memory()


def keep_freed_memory():
    """Every operation makes and frees tensors: kept memory takes two threads from 0.146 s a step to 0.105 s."""
    library = None if sys.platform == "win32" else ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return
    trim_threshold, top_pad, mmap_threshold = -1, -2, -3
    library.mallopt(mmap_threshold, 32 << 20)
    library.mallopt(trim_threshold, 2**31 - 1)
    library.mallopt(top_pad, 256 << 20)
