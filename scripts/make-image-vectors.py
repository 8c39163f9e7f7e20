"""Makes test/fixtures/images.json: small pictures, and what Pillow and PyTorch make of them.

Needs Pillow, NumPy and PyTorch. `python scripts/make-image-vectors.py`
"""

import base64
import io
import json
import pathlib

import numpy
import PIL
import torch
from PIL import Image

FILE = pathlib.Path(__file__).parent.parent / "test/fixtures/images.json"
WIDTH, HEIGHT = 21, 13


def picture() -> Image.Image:
    rows, columns = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    waves = numpy.stack(
        [
            128 + 110 * numpy.sin(columns / 3 + rows / 5),
            128 + 100 * numpy.cos(columns / 4) * numpy.sin(rows / 2),
            (columns * 9 + rows * 6) % 256,
        ],
        -1,
    )
    noise = numpy.random.default_rng(7).normal(0, 10, waves.shape)
    return Image.fromarray(numpy.clip(waves + noise, 0, 255).astype(numpy.uint8))


def text(array: numpy.ndarray) -> str:
    return base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()


def saved(image: Image.Image, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, **options)
    return stream.getvalue()


def files() -> dict[str, bytes]:
    colour = picture()
    grey = colour.convert("L")
    glass = colour.copy()
    glass.putalpha(grey)
    wide = numpy.asarray(grey).astype(numpy.uint16) * 256 + 77
    made = {
        "rgb.png": saved(colour, format="PNG"),
        "grey.png": saved(grey, format="PNG"),
        "black-and-white.png": saved(colour.convert("1"), format="PNG"),
        "palette-8.png": saved(colour.quantize(200), format="PNG"),
        "palette-4.png": saved(colour.quantize(11), format="PNG", bits=4),
        "palette-2.png": saved(colour.quantize(4), format="PNG", bits=2, transparency=1),
        "opacity.png": saved(glass, format="PNG"),
        "grey-opacity.png": saved(glass.convert("LA"), format="PNG"),
        "grey-16.png": saved(Image.fromarray(wide), format="PNG"),
        "grey.jpg": saved(grey, format="JPEG", quality=80),
    }
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        for progressive in (False, True):
            kind = "progressive" if progressive else "baseline"
            made[f"{kind}-{name}.jpg"] = saved(
                colour, format="JPEG", quality=60, subsampling=subsampling, progressive=progressive
            )
    return made


def decoded(name: str, data: bytes) -> numpy.ndarray:
    image = Image.open(io.BytesIO(data))
    if name == "grey-16.png":  # Pillow would saturate; TensorFlow keeps the upper eight bits.
        upper = (numpy.asarray(image).astype(int) >> 8).astype(numpy.uint8)
        return numpy.repeat(upper[:, :, None], 3, 2)
    return numpy.asarray(image.convert("RGB"))


def torch_bilinear(image: Image.Image, width: int, height: int) -> numpy.ndarray:
    values = torch.from_numpy(numpy.array(image)).float().permute(2, 0, 1)[None]
    made = torch.nn.functional.interpolate(values, (height, width), mode="bilinear", align_corners=False)
    return made[0].permute(1, 2, 0).numpy()


def resized(image: Image.Image, width: int, height: int, method: str) -> numpy.ndarray:
    if method == "bilinear":
        return torch_bilinear(image, width, height)
    kind = {
        "nearest": Image.Resampling.NEAREST,
        "bilinear-antialias": Image.Resampling.BILINEAR,
        "bicubic-antialias": Image.Resampling.BICUBIC,
    }[method]
    # Columns first, as all Pillow did before 13, which does the cheaper pass first.
    return numpy.asarray(image.resize((width, image.height), kind).resize((width, height), kind))


def cropped(image: Image.Image, width: int, height: int) -> Image.Image:
    """Keras's smart_resize, before it resizes."""
    part_height = max(1, min(image.height, int(float(image.width * height) / width)))
    part_width = max(1, min(image.width, int(float(image.height * width) / height)))
    top, left = int(float(image.height - part_height) / 2), int(float(image.width - part_width) / 2)
    return image.crop((left, top, left + part_width, top + part_height))


def shorter_side(image: Image.Image, pixels: int, width: int, height: int, method: str) -> numpy.ndarray:
    """torchvision's Resize(pixels), then CenterCrop((height, width))."""
    shorter = min(image.size)
    whole = resized(image, int(pixels * image.width / shorter), int(pixels * image.height / shorter), method)
    top, left = int(round((whole.shape[0] - height) / 2)), int(round((whole.shape[1] - width) / 2))
    return whole[top : top + height, left : left + width]


def fits() -> list[dict]:
    colour = picture()
    made = []
    for method in ("nearest", "bilinear", "bilinear-antialias", "bicubic-antialias"):
        for width, height in ((8, 8), (7, 5), (30, 17), (21, 4), (9, 13)):
            made.append((width, height, method, "stretch", resized(colour, width, height, method)))
        for width, height in ((8, 8), (5, 10), (24, 6)):
            part = cropped(colour, width, height)
            made.append((width, height, method, "crop", resized(part, width, height, method)))
        for pixels, width, height in ((9, 8, 8), (11, 6, 8), (16, 15, 15), (13, 8, 8)):
            middle = shorter_side(colour, pixels, width, height, method)
            made.append((width, height, method, pixels, middle))
    return [
        {"width": width, "height": height, "resize": method, "fit": fit, "values": text(values)}
        for width, height, method, fit, values in made
    ]


def main() -> None:
    made = files()
    FILE.write_text(
        json.dumps(
            {
                "madeWith": f"Pillow {PIL.__version__}, PyTorch {torch.__version__}",
                "width": WIDTH,
                "height": HEIGHT,
                "grey": text(numpy.asarray(picture().convert("L"))),
                "files": [
                    {"name": name, "file": base64.b64encode(data).decode(), "rgb": text(decoded(name, data))}
                    for name, data in made.items()
                ],
                "fits": fits(),
            },
            indent=1,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
