//! Writes out the kernel shape of convolutions that leave it to be inferred from their weights.
//!
//! ONNX allows the omission; the runtime then can't tell how many dimensions strides and
//! dilations have. Only the few fields of the format that are needed are read (onnx.proto3).

/// Field numbers of the messages that are read.
mod field {
    pub(super) const MODEL_GRAPH: u64 = 7;
    pub(super) const GRAPH_NODE: u64 = 1;
    pub(super) const GRAPH_INITIALIZER: u64 = 5;
    pub(super) const TENSOR_DIMS: u64 = 1;
    pub(super) const TENSOR_NAME: u64 = 8;
    pub(super) const NODE_INPUT: u64 = 1;
    pub(super) const NODE_OP_TYPE: u64 = 4;
    pub(super) const NODE_ATTRIBUTE: u64 = 5;
    pub(super) const ATTRIBUTE_NAME: u64 = 1;
    pub(super) const ATTRIBUTE_INTS: u64 = 8;
    pub(super) const ATTRIBUTE_TYPE: u64 = 20;
}

const VARINT: u64 = 0;
const BYTES: u64 = 2;
/// `AttributeProto.AttributeType.INTS`.
const TYPE_INTS: u64 = 7;

/// The model with a `kernel_shape` in every convolution whose weights are part of the file;
/// `None` where `model` is not in the format.
pub(super) fn complete(model: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(model.len() + 1024);
    for part in Fields(model) {
        let part = part?;
        if part.number == field::MODEL_GRAPH && part.wire == BYTES {
            put_bytes(&mut out, field::MODEL_GRAPH, &complete_graph(part.payload)?);
        } else {
            out.extend_from_slice(part.raw);
        }
    }
    Some(out)
}

fn complete_graph(graph: &[u8]) -> Option<Vec<u8>> {
    let mut shapes = Vec::new();
    for part in Fields(graph) {
        let part = part?;
        if part.number == field::GRAPH_INITIALIZER {
            shapes.push(tensor_shape(part.payload)?);
        }
    }
    let mut out = Vec::with_capacity(graph.len() + 1024);
    for part in Fields(graph) {
        let part = part?;
        let kernel = if part.number == field::GRAPH_NODE {
            missing_kernel(part.payload, &shapes)?
        } else {
            None
        };
        match kernel {
            Some(kernel) => {
                let mut node = part.payload.to_vec();
                put_bytes(&mut node, field::NODE_ATTRIBUTE, &attribute(kernel));
                put_bytes(&mut out, field::GRAPH_NODE, &node);
            }
            None => out.extend_from_slice(part.raw),
        }
    }
    Some(out)
}

/// The kernel's dimensions when `node` is a convolution that does not tell them.
fn missing_kernel<'a>(node: &[u8], shapes: &'a [(&[u8], Vec<u64>)]) -> Option<Option<&'a [u64]>> {
    let (mut is_conv, mut told, mut inputs) = (false, false, Vec::new());
    for part in Fields(node) {
        let part = part?;
        match part.number {
            field::NODE_INPUT => inputs.push(part.payload),
            field::NODE_OP_TYPE => is_conv = part.payload == b"Conv",
            field::NODE_ATTRIBUTE => {
                for inner in Fields(part.payload) {
                    let inner = inner?;
                    told |=
                        inner.number == field::ATTRIBUTE_NAME && inner.payload == b"kernel_shape";
                }
            }
            _ => {}
        }
    }
    if !is_conv || told {
        return Some(None);
    }
    let weights = inputs.get(1)?;
    let shape = shapes.iter().find(|(name, _)| name == weights);
    Some(shape.and_then(|(_, dims)| dims.get(2..)))
}

fn tensor_shape(tensor: &[u8]) -> Option<(&[u8], Vec<u64>)> {
    let (mut name, mut dims): (&[u8], Vec<u64>) = (&[], Vec::new());
    for part in Fields(tensor) {
        let part = part?;
        match (part.number, part.wire) {
            (field::TENSOR_NAME, BYTES) => name = part.payload,
            (field::TENSOR_DIMS, VARINT) => dims.push(varint(part.payload)?.0),
            (field::TENSOR_DIMS, BYTES) => {
                let mut rest = part.payload;
                while !rest.is_empty() {
                    let (value, len) = varint(rest)?;
                    dims.push(value);
                    rest = &rest[len..];
                }
            }
            _ => {}
        }
    }
    Some((name, dims))
}

fn attribute(kernel: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    put_bytes(&mut out, field::ATTRIBUTE_NAME, b"kernel_shape");
    for size in kernel {
        put_varint(&mut out, field::ATTRIBUTE_INTS << 3 | VARINT);
        put_varint(&mut out, *size);
    }
    put_varint(&mut out, field::ATTRIBUTE_TYPE << 3 | VARINT);
    put_varint(&mut out, TYPE_INTS);
    out
}

/// One field: number, wire type, the value's bytes, and the bytes with the key.
struct Field<'a> {
    number: u64,
    wire: u64,
    payload: &'a [u8],
    raw: &'a [u8],
}

/// The fields of a message; an entry is `None` where the bytes are no message.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<Field<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = next_field(self.0);
        self.0 = field
            .as_ref()
            .map_or(&[], |field| &self.0[field.raw.len()..]);
        Some(field)
    }
}

fn next_field(bytes: &[u8]) -> Option<Field<'_>> {
    let (key, key_len) = varint(bytes)?;
    let rest = &bytes[key_len..];
    let (skip, len) = match key & 7 {
        VARINT => (0, varint(rest)?.1),
        1 => (0, 8),
        BYTES => {
            let (len, len_len) = varint(rest)?;
            (len_len, usize::try_from(len).ok()?)
        }
        5 => (0, 4),
        _ => return None,
    };
    let end = skip.checked_add(len)?;
    Some(Field {
        number: key >> 3,
        wire: key & 7,
        payload: rest.get(skip..end)?,
        raw: &bytes[..key_len + end],
    })
}

fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * index as u32)?;
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    put_varint(out, number << 3 | BYTES);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conv(attribute: Option<Vec<u8>>) -> Vec<u8> {
        let mut tensor = Vec::new();
        for dim in [32, 3, 3, 5] {
            put_varint(&mut tensor, field::TENSOR_DIMS << 3);
            put_varint(&mut tensor, dim);
        }
        put_bytes(&mut tensor, field::TENSOR_NAME, b"w");
        let mut node = Vec::new();
        put_bytes(&mut node, field::NODE_INPUT, b"x");
        put_bytes(&mut node, field::NODE_INPUT, b"w");
        put_bytes(&mut node, field::NODE_OP_TYPE, b"Conv");
        if let Some(attribute) = attribute {
            put_bytes(&mut node, field::NODE_ATTRIBUTE, &attribute);
        }
        let mut graph = Vec::new();
        put_bytes(&mut graph, field::GRAPH_NODE, &node);
        put_bytes(&mut graph, field::GRAPH_INITIALIZER, &tensor);
        let mut model = Vec::new();
        put_bytes(&mut model, field::MODEL_GRAPH, &graph);
        model
    }

    #[test]
    fn a_convolution_without_kernel_shape_gets_that_of_its_weights() {
        let completed = complete(&conv(None)).unwrap();
        assert_eq!(completed, conv(Some(attribute(&[3, 5]))));
    }

    #[test]
    fn a_complete_model_stays_as_it_is() {
        let model = conv(Some(attribute(&[3, 5])));
        assert_eq!(complete(&model), Some(model));
    }

    #[test]
    fn bytes_that_are_no_model_are_refused_without_panic() {
        let model = conv(None);
        for end in 1..model.len() {
            let _ = complete(&model[..end]);
        }
        assert_eq!(complete(b"not a model"), None);
    }
}
