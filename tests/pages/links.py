"""Every page is in the table of contents, and every relative link and anchor leads somewhere."""

import pathlib
import re
import sys

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def prose(text):
    """A page without its code."""
    return re.sub(r"`[^`\n]*`", lambda code: code[0] if "](" not in code[0] else "", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


def anchors(text):
    found = set()
    for heading in re.findall(r"^#+ (.*)$", prose(text), flags=re.M):
        letters = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower()).strip()
        found.add(letters.replace(" ", "-"))
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    book = root / "docs/src"
    pages = [root / "README.md", root / "ARCHITECTURE.md", root / "CHANGELOG.md", *sorted(book.rglob("*.md"))]
    errors, links = [], 0
    for page in pages:
        for target in LINK.findall(prose(page.read_text())):
            if re.match(r"[a-z]+:", target):
                continue
            links += 1
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists():
                errors.append(f"{page.relative_to(root)}: {target} is not there")
            elif root.resolve() not in file.parents and file != page and file.is_relative_to(root.resolve()) is False:
                errors.append(f"{page.relative_to(root)}: {target} leads out of the repository")
            elif page.is_relative_to(book) and not file.resolve().is_relative_to(book.resolve()):
                errors.append(f"{page.relative_to(root)}: {target} leads out of the book")
            elif anchor and anchor not in anchors(file.read_text()):
                errors.append(f"{page.relative_to(root)}: {target}: no such heading")
    summary = (book / "SUMMARY.md").read_text()
    listed = [(book / path).resolve() for path in LINK.findall(summary)]
    for page in sorted(book.rglob("*.md")):
        if page.name != "SUMMARY.md" and listed.count(page.resolve()) != 1:
            errors.append(f"{page.relative_to(root)} is {listed.count(page.resolve())} times in SUMMARY.md")
    if errors:
        sys.exit("\n".join(errors))
    print(f"{links} links on {len(pages)} pages lead somewhere")


if __name__ == "__main__":
    main()
