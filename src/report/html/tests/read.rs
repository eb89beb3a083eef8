//! A reader of our own pages that is stricter than a browser.

/// Every element and attribute that a page may hold. What the data brings in must not add to it.
const ELEMENTS: [&str; 45] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "footer",
    "section",
    "div",
    "span",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "small",
    "code",
    "bdi",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "svg",
    "g",
    "line",
    "rect",
    "circle",
    "polyline",
    "polygon",
    "text",
    "b",
    "i",
    "strong",
    "em",
    "br",
    "hr",
    "path",
];
const ATTRIBUTES: [&str; 44] = [
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "title",
    "style",
    "tabindex",
    "role",
    "aria-label",
    "aria-hidden",
    "scope",
    "rowspan",
    "colspan",
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
            rest = value.split_once('"').expect("a value ends").1.trim_start();
        }
        let closed = rest.starts_with('/');
        rest = rest.strip_prefix("/").unwrap_or(rest).strip_prefix('>').expect("a tag ends");
        if tag == "style" {
            // Raw text: ends at the first closing tag, whatever is inside.
            rest = rest.split_once("</style>").expect("styles end").1;
        } else if !closed && tag != "meta" {
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    text + rest
}
