//! A reader of our own pages that is stricter than a browser.

/// Every element and attribute that a page may hold. What the data brings in must not add to it.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "footer",
    "nav",
    "section",
    "div",
    "span",
    "p",
    "a",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "small",
    "code",
    "bdi",
    "b",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "details",
    "summary",
    "label",
    "input",
    "output",
    "button",
    "script",
    "svg",
    "g",
    "line",
    "rect",
    "circle",
    "polyline",
    "polygon",
    "text",
    "path",
];
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "title",
    "tabindex",
    "role",
    "aria-label",
    "aria-hidden",
    "scope",
    "rowspan",
    "colspan",
    "href",
    "hidden",
    "for",
    "type",
    "min",
    "max",
    "step",
    "value",
    "data-box",
    "data-at",
    "data-cut",
    "data-cell",
    "data-rate",
    "data-chosen",
    "viewbox",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "dx",
    "dy",
    "points",
    "fill",
    "stroke",
    "stroke-width",
    "opacity",
    "text-anchor",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "transform",
    "d",
    "stroke-opacity",
    "fill-opacity",
];

/// Reads the tags of a page as a browser would, as far as our pages go: every `<` begins a tag, values are quoted.
/// Panics at anything else, at tags that do not match, and at elements and attributes that are not ours.
/// Gives back the text between the tags, still escaped.
pub fn read(page: &str) -> String {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("a doctype first");
    let (mut open, mut text): (Vec<String>, String) = (Vec::new(), String::new());
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(closing) = rest.strip_prefix('/') {
            let (tag, after) = closing.split_once('>').expect("a closing tag ends");
            assert_eq!(open.pop().as_deref(), Some(tag), "closed before it was opened");
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag ends");
        let tag = rest[..end].to_owned();
        assert!(ELEMENTS.contains(&tag.as_str()), "element {tag:?} is not ours");
        rest = rest[end..].trim_start();
        while !rest.starts_with(['>', '/']) {
            let (attribute, value) = rest.split_once("=\"").unwrap_or_else(|| panic!("attribute of {tag}: {rest:.60}"));
            assert!(ATTRIBUTES.contains(&attribute.to_lowercase().as_str()), "attribute {attribute:?} of {tag} is not ours");
            let (value, after) = value.split_once('"').expect("a value ends");
            assert!(attribute != "href" || value.starts_with('#'), "a link leaves the page: {value}");
            rest = after.trim_start();
        }
        let closed = rest.starts_with('/');
        rest = rest.strip_prefix("/").unwrap_or(rest).strip_prefix('>').expect("a tag ends");
        if tag == "style" || tag == "script" {
            // Raw text: ends at the first closing tag, whatever is inside, and has to be ours.
            let (raw, after) = rest.split_once(&format!("</{tag}>")).expect("styles and scripts end");
            assert!(raw == if tag == "style" { super::STYLE } else { super::SCRIPT }, "{tag} is not ours");
            rest = after;
        } else if !closed && tag != "meta" && tag != "input" {
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    text + rest
}
