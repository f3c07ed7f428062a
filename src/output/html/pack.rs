//! JSON made small by telling what repeats only once, for the page's script to put together again
//! (`assets/unpack.js`).
//!
//! `{"shapes":[[key, …], …], "texts":[text, …], "root":node}` where a node is a number, `true`,
//! `false`, `null` or a text as it is, or an array that begins with a number: `[-1, node, …]` is a
//! list, `[-2, i]` is the text of that index, `[i, node, …]` is an object with the keys of the shape
//! of that index.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use ahash::RandomState;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Bytes from which on a repeated text is told once.
const SHARED: usize = 8;

/// The value, packed, as JSON that may stand in a `<script>` element: nothing in it ends the
/// element, and nothing hides.
pub(super) fn pack(value: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    let root = Node::read(serde_json::from_str(&json)?)?;
    let mut packer = Packer::default();
    packer.count(&root);
    let mut body = String::with_capacity(json.len() / 2);
    packer.write(&root, &mut body)?;
    let shapes = serde_json::to_string(&packer.shapes)?;
    let texts = serde_json::to_string(&packer.texts)?;
    let island = format!("{{\"shapes\":{shapes},\"texts\":{texts},\"root\":{body}}}");
    Ok(safe_in_html(&crate::output::visible::escape_json(&island)))
}

/// Escapes what HTML and JavaScript read otherwise than JSON does; outside of strings JSON has none
/// of it.
fn safe_in_html(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
            // Writing to a string cannot fail.
            _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// JSON with its keys in their order.
enum Node<'j> {
    /// Numbers and the like, as they are written.
    Leaf(&'j str),
    Text(String),
    List(Vec<Self>),
    Object(Vec<String>, Vec<Self>),
}

impl<'j> Node<'j> {
    fn read(raw: &'j RawValue) -> serde_json::Result<Self> {
        let json = raw.get();
        Ok(match json.as_bytes().first() {
            Some(b'"') => Self::Text(serde_json::from_str(json)?),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(json)?;
                Self::List(items.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(json)?;
                let (keys, values): (Vec<String>, Vec<&RawValue>) = entries.into_iter().unzip();
                Self::Object(keys, values.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            _ => Self::Leaf(json),
        })
    }
}

/// The entries of an object in their order.
struct Entries<'j>(Vec<(String, &'j RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// What was met before.
#[derive(Default)]
struct Packer<'n> {
    uses: HashMap<&'n str, u32, RandomState>,
    texts: Vec<&'n str>,
    text_ids: HashMap<&'n str, usize, RandomState>,
    shapes: Vec<&'n [String]>,
    shape_ids: HashMap<&'n [String], usize, RandomState>,
}

impl<'n> Packer<'n> {
    fn count(&mut self, node: &'n Node<'_>) {
        match node {
            Node::Leaf(_) => {}
            Node::Text(text) => *self.uses.entry(text).or_default() += 1,
            Node::List(nodes) | Node::Object(_, nodes) => {
                for node in nodes {
                    self.count(node);
                }
            }
        }
    }

    fn write(&mut self, node: &'n Node<'_>, out: &mut String) -> serde_json::Result<()> {
        match node {
            Node::Leaf(json) => out.push_str(json),
            Node::Text(text) => {
                let shared = text.len() >= SHARED && self.uses.get(text.as_str()) > Some(&1);
                if shared {
                    let next = self.texts.len();
                    let id = *self.text_ids.entry(text).or_insert(next);
                    if id == next {
                        self.texts.push(text);
                    }
                    _ = write!(out, "[-2,{id}]");
                } else {
                    out.push_str(&serde_json::to_string(text)?);
                }
            }
            Node::List(nodes) => {
                out.push_str("[-1");
                self.write_all(nodes, out)?;
            }
            Node::Object(keys, nodes) => {
                let next = self.shapes.len();
                let id = *self.shape_ids.entry(keys).or_insert(next);
                if id == next {
                    self.shapes.push(keys);
                }
                _ = write!(out, "[{id}");
                self.write_all(nodes, out)?;
            }
        }
        Ok(())
    }

    fn write_all(&mut self, nodes: &'n [Node<'_>], out: &mut String) -> serde_json::Result<()> {
        for node in nodes {
            out.push(',');
            self.write(node, out)?;
        }
        out.push(']');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// As `assets/unpack.js` does.
    fn unpack(packed: &str) -> Value {
        let island: Value = serde_json::from_str(packed).unwrap();
        node(&island["root"], &island)
    }

    fn node(packed: &Value, island: &Value) -> Value {
        let Value::Array(items) = packed else { return packed.clone() };
        let rest = items[1..].iter().map(|item| node(item, island));
        match items[0].as_i64().unwrap() {
            -1 => Value::Array(rest.collect()),
            -2 => island["texts"][usize::try_from(items[1].as_u64().unwrap()).unwrap()].clone(),
            shape => {
                let keys = island["shapes"][usize::try_from(shape).unwrap()].as_array().unwrap();
                let keys = keys.iter().map(|key| key.as_str().unwrap().to_owned());
                Value::Object(keys.zip(rest).collect())
            }
        }
    }

    #[test]
    fn what_repeats_is_told_once() {
        let arn = "arn:aws:iam::123456789012:user/zoë";
        let value = json!([{"b": 1.5, "a": arn}, {"b": -2, "a": arn}, "short", "short", null, []]);
        let packed = pack(&value).unwrap();
        assert_eq!(
            packed,
            "{\"shapes\":[[\"a\",\"b\"]],\"texts\":[\"arn:aws:iam::123456789012:user/zoë\"],\
             \"root\":[-1,[0,[-2,0],1.5],[0,[-2,0],-2],\"short\",\"short\",null,[-1]]}"
        );
        assert_eq!(unpack(&packed), value);
    }

    #[test]
    fn keys_stay_in_their_order() {
        #[derive(Serialize)]
        struct Unsorted {
            z: u8,
            a: u8,
        }
        assert!(pack(&Unsorted { z: 1, a: 2 }).unwrap().contains(r#"[["z","a"]]"#));
    }

    #[test]
    fn nothing_ends_the_element() {
        let packed = pack(&json!("</script><!--&amp;\u{2028}\u{202e}")).unwrap();
        assert!(!packed.contains(['<', '>', '&', '\u{2028}', '\u{202e}']), "{packed}");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c]{8}|\\PC{0,9}|[<>&\u{2028}\u{202e}\"\\\\]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-c]{1,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_comes_back(value in any_json()) {
            let packed = pack(&value).unwrap();
            prop_assert!(!packed.contains(['<', '>', '&', '\u{2028}', '\u{202e}']), "{}", packed);
            prop_assert_eq!(unpack(&packed), value);
        }
    }
}
