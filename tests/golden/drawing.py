# SPDX-License-Identifier: MIT
"""Whether anything in the drawings of a page runs over something else: by its coordinates, and the size of type in its style."""
import re
import unicodedata
import xml.etree.ElementTree

# Columns of one size of type: monospaced, of the broader of the usual other fonts, and of those in bold.
MONOSPACED, BROAD, BOLD = 0.605, 0.6, 0.7
UP, DOWN = 0.75, 0.2
# A mark that stands on the line that ends there.
ON_LINES = {'stop'}
# Parts that a line is cut into.
PARTS = 24
PATH = re.compile(r'M(-?\d+) (-?\d+)(?:C([-\d ]+)|H(-?\d+)|V(-?\d+))$')


def pixels(text, base):
    number, unit = re.fullmatch(r'([\d.]+)(px|em)', text).groups()
    return float(number) * (1 if unit == 'px' else base)


class Style:
    """The size and weight of the type of a drawing, by class: of what fits, what names more wins, and then what comes later."""

    def __init__(self, text):
        self.rules = [(selector.strip(), body) for selectors, body in re.findall(r'([^{}]+)\{([^{}]*)\}', text)
                      for selector in selectors.split(',')]
        self.base = float(re.search(r'font:(\d+)px', text)[1])

    def of(self, name, key):
        fits = {'svg text': 2, f'text.{name}': 11, f'svg text.{name}': 12}
        found = [(fits[selector], number, match[1]) for number, (selector, body) in enumerate(self.rules) if selector in fits
                 for match in [re.search(rf'(?:^|;){key}:([^;]+)', body)] if match]
        return max(found)[2] if found else ''


def text_box(style, element):
    """Left, top, right, bottom."""
    name = element.get('class', '')
    size = pixels(style.of(name, 'font-size'), style.base)
    broad = MONOSPACED if 'mono' in style.of(name, 'font-family') else BOLD if style.of(name, 'font-weight') >= '600' else BROAD
    width = sum(2 if unicodedata.east_asian_width(char) in 'WF' else 1 for char in element.text or '') * broad * size
    x, y = float(element.get('x')), float(element.get('y'))
    left = x - {'middle': width / 2, 'end': width}.get(element.get('text-anchor'), 0)
    return left, y - UP * size, left + width, y + DOWN * size


def rect_box(element):
    x, y, width, height = (float(element.get(key)) for key in ('x', 'y', 'width', 'height'))
    return x, y, x + width, y + height


def points(element):
    """Of a line or a curve."""
    x, y, curve, across, down = PATH.match(element.get('d')).groups()
    start = int(x), int(y)
    if not curve:
        end = (int(across), start[1]) if across else (start[0], int(down))
        return [[a + (b - a) * part / PARTS for a, b in zip(start, end)] for part in range(PARTS + 1)]
    numbers = [int(number) for number in curve.split()]
    corners = [start, *zip(numbers[::2], numbers[1::2])]
    weights = [((1 - t)**3, 3 * t * (1 - t)**2, 3 * t**2 * (1 - t), t**3) for t in (part / PARTS for part in range(PARTS + 1))]
    return [[sum(weight * corner[axis] for weight, corner in zip(ws, corners)) for axis in (0, 1)] for ws in weights]


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def within(a, b):
    return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]


def crosses(line, box):
    """Its pieces are short: that the box around one meets is enough."""
    return any(meet((min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1), box)
               for a, b in zip(line, line[1:]))


def check_drawing(style, svg):
    texts = [(text_box(style, element), element) for element in svg.iter('text')]
    rects = [(rect_box(element), element) for element in svg.iter('rect')]
    lines = [(points(element), element) for element in svg.iter('path') if element.get('class').split()[0] in ('link', 'grid')]
    tags = [(box, element) for box, element in rects if element.get('class') == 'tag']
    whole = (0, 0, float(svg.get('width')), float(svg.get('height')))
    for number, (box, element) in enumerate(texts):
        if not within(box, whole):
            yield f'"{element.text}" runs out of the drawing'
        yield from (f'"{element.text}" runs over "{other.text}"' for where, other in texts[:number] if meet(box, where))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) * 2
        around = [where for where, _ in rects if within(middle, where)]
        yield from (f'"{element.text}" is wider than its box' for where in around if not (where[0] <= box[0] and box[2] <= where[2]))
        if around or element.get('class') in ON_LINES:
            continue
        yield from (f'"{element.text}" runs over a number of a method' for where, _ in tags if meet(box, where))
        yield from (f'a line runs through "{element.text}"' for line, _ in lines if crosses(line, box))
    for number, (box, _) in enumerate(tags):
        yield from ('numbers of methods run over each other' for where, _ in tags[:number] if meet(box, where))


def check_drawings(page):
    style = Style(re.search(r'<style>(.*?)</style>', page, re.S)[1])
    # what stands in a box may have lines behind it
    yield from (f'lines are seen through {selector}' for selector, body in style.rules
                if re.search(r'\.(node|tag)\b', selector) and 'fill:none' in body)
    for drawing in re.findall(r'<svg class="(?:way|latency|sizes)".*?</svg>', page, re.S):
        yield from check_drawing(style, xml.etree.ElementTree.fromstring(drawing))
