//! The logical structure of the document: what a screen reader reads, in its order.

use std::num::NonZeroU16;

use krilla::tagging::{
    Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    Quote,
    Table,
    Row,
    HeadCell,
    Cell,
    Part,
    List,
    Item,
    Link,
}

/// A child of a node, in reading order.
#[derive(Debug, Clone, Copy)]
enum Child {
    Node(usize),
    /// Text or link that is drawn somewhere.
    Leaf(usize),
}

#[derive(Debug)]
struct Node {
    role: Role,
    title: Option<String>,
    /// Language of what is said in it, where it is not the document's.
    language: Option<String>,
    children: Vec<Child>,
}

/// All nodes; the first is the document.
#[derive(Debug)]
pub(super) struct Tags {
    nodes: Vec<Node>,
    leaves: usize,
}

/// The document.
pub(super) const ROOT: usize = 0;

impl Tags {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Node {
                role: Role::Part,
                title: None,
                language: None,
                children: Vec::new(),
            }],
            leaves: 0,
        }
    }

    /// A new last child.
    pub(super) fn node(&mut self, parent: usize, role: Role) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node {
            role,
            title: None,
            language: None,
            children: Vec::new(),
        });
        self.nodes[parent].children.push(Child::Node(id));
        id
    }

    pub(super) fn entitle(&mut self, node: usize, title: &str) {
        self.nodes[node].title = Some(title.to_owned());
    }

    pub(super) fn speak(&mut self, node: usize, language: &str) {
        self.nodes[node].language = Some(language.to_owned());
    }

    /// A place for something that is drawn.
    pub(super) fn leaf(&mut self, node: usize) -> usize {
        let id = self.leaves;
        self.leaves += 1;
        self.nodes[node].children.push(Child::Leaf(id));
        id
    }

    pub(super) fn leaves(&self) -> usize {
        self.leaves
    }

    /// The structure, with what was drawn for each leaf.
    pub(super) fn tree(&self, drawn: &[Option<Identifier>]) -> TagTree {
        let mut tree = TagTree::new();
        for child in &self.nodes[ROOT].children {
            match *child {
                Child::Node(id) => tree.push(self.group(id, drawn)),
                Child::Leaf(id) => {
                    if let Some(Some(identifier)) = drawn.get(id) {
                        tree.push(*identifier);
                    }
                }
            }
        }
        tree
    }

    fn group(&self, id: usize, drawn: &[Option<Identifier>]) -> TagGroup {
        let node = &self.nodes[id];
        let mut kind: TagKind = match node.role {
            Role::Heading(level) => {
                let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
                Tag::Hn(level, node.title.clone()).into()
            }
            Role::Paragraph => Tag::P.into(),
            Role::Quote => Tag::BlockQuote.into(),
            Role::Table => Tag::Table.into(),
            Role::Row => Tag::TR.into(),
            Role::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
            Role::Cell => Tag::TD.into(),
            Role::Part => Tag::Section.into(),
            Role::List => Tag::L(ListNumbering::None).into(),
            Role::Item => Tag::LI.into(),
            Role::Link => Tag::Link.into(),
        };
        if node.language.is_some() {
            kind.set_lang(node.language.clone());
        }
        let mut group = TagGroup::new(kind);
        for child in &node.children {
            match *child {
                Child::Node(id) => group.push(self.group(id, drawn)),
                Child::Leaf(id) => {
                    if let Some(Some(identifier)) = drawn.get(id) {
                        group.push(*identifier);
                    }
                }
            }
        }
        group
    }
}
