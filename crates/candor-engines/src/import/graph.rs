//! Writes ONNX files: only the parts of the protobuf schema (onnx.proto, IR version 8) in use here.

/// ONNX IR version.
const IR_VERSION: u64 = 8;
/// Version of the default operator set.
const OPSET: u64 = 17;

const FLOAT: u64 = 1;
const INT64: u64 = 7;

/// An attribute of a node.
#[derive(Debug, Clone, Copy)]
pub enum Attribute<'a> {
    Int(i64),
    Float(f32),
    Ints(&'a [i64]),
    Text(&'a str),
}

/// Type of the values that go in or out.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Float,
    Int64,
}

/// A length that is fixed or named.
#[derive(Debug, Clone, Copy)]
pub enum Length<'a> {
    Fixed(usize),
    Named(&'a str),
}

/// A network under construction.
#[derive(Debug)]
pub struct Graph {
    name: String,
    nodes: Vec<Vec<u8>>,
    weights: Vec<Vec<u8>>,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
}

impl Graph {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            nodes: Vec::new(),
            weights: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }

    pub fn input(&mut self, name: &str, kind: Kind, shape: &[Length]) {
        self.inputs.push(value_info(name, kind, shape));
    }

    pub fn output(&mut self, name: &str, kind: Kind, shape: &[Length]) {
        self.outputs.push(value_info(name, kind, shape));
    }

    /// Adds a constant of floats and gives its name back.
    pub fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.weights.push(tensor(name, FLOAT, shape, &raw));
        name.to_owned()
    }

    /// Adds a constant of integers and gives its name back.
    pub fn ints(&mut self, name: &str, shape: &[usize], values: &[i64]) -> String {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.weights.push(tensor(name, INT64, shape, &raw));
        name.to_owned()
    }

    /// Adds a node and gives the name of its output back.
    pub fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attributes: &[(&str, Attribute)],
    ) -> String {
        let mut node = Message::default();
        for input in inputs {
            node.text(1, input);
        }
        node.text(2, output);
        node.text(3, output);
        node.text(4, operator);
        for (name, value) in attributes {
            node.bytes(5, &attribute(name, *value));
        }
        self.nodes.push(node.0);
        output.to_owned()
    }

    /// The file's content.
    pub fn encode(&self) -> Vec<u8> {
        let mut graph = Message::default();
        for (field, parts) in [
            (1, &self.nodes),
            (5, &self.weights),
            (11, &self.inputs),
            (12, &self.outputs),
        ] {
            if field == 5 {
                graph.text(2, &self.name);
            }
            for part in parts {
                graph.bytes(field, part);
            }
        }
        let mut opset = Message::default();
        opset.text(1, "");
        opset.number(2, OPSET);
        let mut model = Message::default();
        model.number(1, IR_VERSION);
        model.text(2, "candor");
        model.bytes(7, &graph.0);
        model.bytes(8, &opset.0);
        model.0
    }
}

fn attribute(name: &str, value: Attribute) -> Vec<u8> {
    let mut message = Message::default();
    message.text(1, name);
    let kind = match value {
        Attribute::Float(value) => {
            message.key(2, 5);
            message.0.extend(value.to_le_bytes());
            1
        }
        Attribute::Int(value) => {
            message.number(3, value as u64);
            2
        }
        Attribute::Text(value) => {
            message.text(4, value);
            3
        }
        Attribute::Ints(values) => {
            for value in values {
                message.number(8, *value as u64);
            }
            7
        }
    };
    message.number(20, kind);
    message.0
}

fn tensor(name: &str, kind: u64, shape: &[usize], raw: &[u8]) -> Vec<u8> {
    let mut message = Message::default();
    for length in shape {
        message.number(1, *length as u64);
    }
    message.number(2, kind);
    message.text(8, name);
    message.bytes(9, raw);
    message.0
}

fn value_info(name: &str, kind: Kind, shape: &[Length]) -> Vec<u8> {
    let mut dims = Message::default();
    for length in shape {
        let mut dim = Message::default();
        match length {
            Length::Fixed(length) => dim.number(1, *length as u64),
            Length::Named(name) => dim.text(2, name),
        }
        dims.bytes(1, &dim.0);
    }
    let mut tensor_type = Message::default();
    tensor_type.number(
        1,
        match kind {
            Kind::Float => FLOAT,
            Kind::Int64 => INT64,
        },
    );
    tensor_type.bytes(2, &dims.0);
    let mut value_type = Message::default();
    value_type.bytes(1, &tensor_type.0);
    let mut info = Message::default();
    info.text(1, name);
    info.bytes(2, &value_type.0);
    info.0
}

/// A protobuf message under construction (protobuf.dev/programming-guides/encoding).
#[derive(Debug, Default)]
struct Message(Vec<u8>);

impl Message {
    fn key(&mut self, field: u64, wire_type: u64) {
        self.varint(field << 3 | wire_type);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u64, value: u64) {
        self.key(field, 0);
        self.varint(value);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.key(field, 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_seven_bits_at_a_time() {
        let mut message = Message::default();
        message.number(1, 300);
        assert_eq!(message.0, [0x08, 0xac, 0x02]);
        let mut negative = Message::default();
        negative.number(1, -1_i64 as u64);
        assert_eq!(negative.0.len(), 11);
    }
}
