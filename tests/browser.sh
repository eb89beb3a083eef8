#!/usr/bin/env bash
# Opens report pages in a real browser and looks at what it made of them.
#
#   tests/browser.sh REPORT.html...
#
# Each page is loaded at 360 and 1200 px. It fails if the page holds a script or an element that a report has no use
# for, an event handler, a link or anything fetched; if it is wider than the window; or if the console has a complaint.
# Needs chromium ($CHROMIUM names another one).
set -euo pipefail

browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ $# -gt 0 ] || { echo "usage: $0 REPORT.html..." >&2; exit 2; }
[ -n "$browser" ] || { echo "no chromium found: install it, or name one in \$CHROMIUM" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Around the page stands a frame of the wanted width: a headless window cannot be made as narrow as a phone. The frame
# looks from outside; the page itself runs no script.
frame() {
    cat <<HTML
<!DOCTYPE html><meta charset="utf-8"><iframe id="page" src="page.html" width="$1" height="900"></iframe><pre id="seen">not loaded</pre>
<script>
onload = () => {
  const page = document.getElementById("page").contentDocument, root = page.documentElement, found = [];
  const ours = new Set(("html head meta title style body main header footer section div span p h1 h2 h3 ul li small code bdi " +
    "table caption thead tbody tr th td figure figcaption svg line rect circle polyline polygon text").split(" "));
  for (const e of page.querySelectorAll("*")) {
    if (!ours.has(e.localName)) found.push("element " + e.localName);
    for (const a of e.attributes)
      if (/^on|^(xlink:)?href\$|^src|^action\$|^formaction\$/i.test(a.name)) found.push("attribute " + a.name + " of " + e.localName);
  }
  if (!page.querySelector("h1")) found.push("no heading");
  for (const r of document.getElementById("page").contentWindow.performance.getEntriesByType("resource")) found.push("fetched " + r.name);
  if (root.scrollWidth > root.clientWidth) found.push("page is " + root.scrollWidth + " px wide in a window of " + root.clientWidth);
  document.getElementById("seen").textContent = found.length ? "bad: " + [...new Set(found)].join("; ") : "page is fine";
};
</script>
HTML
}

failed=0
for page in "$@"; do
    cp -- "$page" "$work/page.html"
    for width in 360 1200; do
        frame "$width" > "$work/frame.html"
        timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
            --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$work/profile" \
            --allow-file-access-from-files --enable-logging=stderr --window-size=1400,1000 \
            --dump-dom "file://$work/frame.html" > "$work/dom" 2> "$work/log" || echo "bad: the browser failed" >> "$work/dom"
        if grep -q 'page is fine</pre>' "$work/dom" && ! grep -q 'CONSOLE' "$work/log"; then
            echo "ok $page at $width px"
        else
            failed=1
            echo "FAILED $page at $width px"
            { grep -o '<pre id="seen">[^<]*\|^bad: .*' "$work/dom" | sed 's/<pre id="seen">//' || true; grep 'CONSOLE' "$work/log" || true; } | cut -c1-300
        fi
    done
done
exit $failed
