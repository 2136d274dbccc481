//! TFLite operators (schema.fbs) as ONNX nodes.

use crate::import::{
    ImportError,
    flatbuffer::Table,
    graph::Attribute::{Int, Text},
};

use super::{layout::Converter, model::Operator};

const ADD: i32 = 0;
const AVERAGE_POOL_2D: i32 = 1;
const CONCATENATION: i32 = 2;
const CONV_2D: i32 = 3;
const DEPTHWISE_CONV_2D: i32 = 4;
const DEPTH_TO_SPACE: i32 = 5;
const DEQUANTIZE: i32 = 6;
const LOGISTIC: i32 = 14;
const MAX_POOL_2D: i32 = 17;
const RELU: i32 = 19;
const RELU6: i32 = 21;
const RESHAPE: i32 = 22;
const RESIZE_BILINEAR: i32 = 23;
const PAD: i32 = 34;
const PRELU: i32 = 54;
const DENSIFY: i32 = 124;

/// Where TFLite's dimensions go when channels come first.
const PLACE_OF: [i64; 4] = [0, 2, 3, 1];

impl Converter<'_, '_> {
    /// Adds the nodes of one operator.
    pub fn convert(&mut self, operator: &Operator) -> Result<(), ImportError> {
        let output = *operator
            .outputs
            .first()
            .ok_or_else(|| ImportError::malformed("an operator has no output"))?;
        match operator.code {
            DEQUANTIZE | DENSIFY => {
                let from = input(operator, 0)?;
                if self.copy_constant(from, output) {
                    return Ok(());
                }
                Err(ImportError::Unsupported(
                    "unpacking of values that are not constant".into(),
                ))
            }
            CONV_2D => self.convolution(operator, output, false),
            DEPTHWISE_CONV_2D => self.convolution(operator, output, true),
            MAX_POOL_2D => self.pool(operator, output, "MaxPool"),
            AVERAGE_POOL_2D => self.pool(operator, output, "AveragePool"),
            ADD => self.add(operator, output),
            RELU => self.elementwise(operator, output, "Relu"),
            RELU6 => self.elementwise(operator, output, "Relu6"),
            LOGISTIC => self.elementwise(operator, output, "Sigmoid"),
            PRELU => self.prelu(operator, output),
            PAD => self.pad(operator, output),
            RESHAPE => self.reshape(operator, output),
            CONCATENATION => self.concatenation(operator, output),
            RESIZE_BILINEAR => self.resize(operator, output),
            DEPTH_TO_SPACE => self.depth_to_space(operator, output),
            code => Err(ImportError::Unsupported(format!("operator {code}"))),
        }
    }

    fn add(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let (a, b) = (input(operator, 0)?, input(operator, 1)?);
        if self.is_constant(a) || self.is_constant(b) || self.shape(a) != self.shape(b) {
            return Err(ImportError::Unsupported(
                "an addition of different shapes".into(),
            ));
        }
        let first = self.activation(a)?.channels_first || self.activation(b)?.channels_first;
        let (a, b) = if first {
            (self.channels_first(a)?, self.channels_first(b)?)
        } else {
            (self.channels_last(a)?, self.channels_last(b)?)
        };
        let made = self
            .graph
            .node("Add", &[&a, &b], &format!("t{output}_sum"), &[]);
        let activation = match &operator.options {
            Some(options) => options.u8(0)?,
            None => 0,
        };
        self.activate(made, activation, output, first)
    }

    fn elementwise(
        &mut self,
        operator: &Operator,
        output: usize,
        node: &str,
    ) -> Result<(), ImportError> {
        let source = self.activation(input(operator, 0)?)?;
        let name = format!("t{output}");
        let made = if node == "Relu6" {
            self.clip_at_6(&source.name, &name)
        } else {
            self.graph.node(node, &[&source.name], &name, &[])
        };
        self.set(output, made, source.channels_first);
        Ok(())
    }

    fn clip_at_6(&mut self, value: &str, name: &str) -> String {
        let low = self.graph.floats(&format!("{name}_low"), &[], &[0.0]);
        let high = self.graph.floats(&format!("{name}_high"), &[], &[6.0]);
        self.graph.node("Clip", &[value, &low, &high], name, &[])
    }

    /// Applies a fused activation function: none (0), ReLU (1), ReLU6 (3).
    pub fn activate(
        &mut self,
        value: String,
        function: u8,
        output: usize,
        channels_first: bool,
    ) -> Result<(), ImportError> {
        let name = format!("t{output}");
        let made = match function {
            0 => value,
            1 => self.graph.node("Relu", &[&value], &name, &[]),
            3 => self.clip_at_6(&value, &name),
            other => return Err(ImportError::Unsupported(format!("activation {other}"))),
        };
        self.set(output, made, channels_first);
        Ok(())
    }

    fn prelu(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let (source, slope) = (input(operator, 0)?, input(operator, 1)?);
        let channels = last(self.shape(source))?;
        let values = self.floats(slope)?;
        if values.len() != channels {
            return Err(ImportError::Unsupported(
                "slopes other than one for each channel".into(),
            ));
        }
        let value = self.channels_first(source)?;
        let name = format!("t{output}");
        let slope = self
            .graph
            .floats(&format!("{name}_slope"), &[channels, 1, 1], values);
        let made = self.graph.node("PRelu", &[&value, &slope], &name, &[]);
        self.set(output, made, true);
        Ok(())
    }

    fn pad(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let source = input(operator, 0)?;
        let amounts = self.ints(input(operator, 1)?)?;
        if amounts.len() != 8 || amounts.iter().any(|&n| !(0..=1 << 16).contains(&n)) {
            return Err(ImportError::Unsupported(
                "padding of other than four dimensions".into(),
            ));
        }
        let mut pads = [0; 8];
        for (axis, pair) in amounts.chunks_exact(2).enumerate() {
            let place = PLACE_OF[axis] as usize;
            pads[place] = pair[0];
            pads[place + 4] = pair[1];
        }
        let value = self.channels_first(source)?;
        let name = format!("t{output}");
        let pads = self.graph.ints(&format!("{name}_pads"), &[8], &pads);
        let made = self.graph.node("Pad", &[&value, &pads], &name, &[]);
        self.set(output, made, true);
        Ok(())
    }

    fn reshape(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let source = input(operator, 0)?;
        let (from, to) = (self.shape(source), self.shape(output));
        if from.iter().product::<usize>() != to.iter().product::<usize>() {
            return Err(ImportError::malformed(
                "a reshape changes the number of values",
            ));
        }
        let value = self.channels_last(source)?;
        let name = format!("t{output}");
        let lengths: Vec<i64> = to.iter().map(|&length| length as i64).collect();
        let shape = self
            .graph
            .ints(&format!("{name}_shape"), &[to.len()], &lengths);
        let made = self.graph.node("Reshape", &[&value, &shape], &name, &[]);
        self.set(output, made, false);
        Ok(())
    }

    fn concatenation(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let options = options(operator)?;
        let rank = self.shape(output).len();
        let axis = options.i32(0, 0)?;
        let axis = usize::try_from(if axis < 0 {
            axis.saturating_add(rank as i32)
        } else {
            axis
        })
        .ok()
        .filter(|&axis| axis < rank)
        .ok_or_else(|| ImportError::malformed("a concatenation along no dimension"))?;
        let mut first = rank == 4;
        for &source in &operator.inputs {
            first &= self.activation(source)?.channels_first;
        }
        let mut values = Vec::new();
        for &source in &operator.inputs {
            values.push(if first {
                self.channels_first(source)?
            } else {
                self.channels_last(source)?
            });
        }
        let inputs: Vec<&str> = values.iter().map(String::as_str).collect();
        let place = if first { PLACE_OF[axis] } else { axis as i64 };
        let name = format!("t{output}_all");
        let made = self
            .graph
            .node("Concat", &inputs, &name, &[("axis", Int(place))]);
        self.activate(made, options.u8(1)?, output, first)
    }

    /// Both formats count the channels of a block row by row ("DCR" in ONNX).
    fn depth_to_space(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let source = input(operator, 0)?;
        let block = positive(options(operator)?.i32(0, 0)?)?;
        if last(self.shape(source))? % (block * block) != 0 {
            return Err(ImportError::malformed("channels that don't fill a block"));
        }
        let value = self.channels_first(source)?;
        let name = format!("t{output}");
        let attributes = [("blocksize", Int(block as i64)), ("mode", Text("DCR"))];
        let made = self
            .graph
            .node("DepthToSpace", &[&value], &name, &attributes);
        self.set(output, made, true);
        Ok(())
    }

    fn resize(&mut self, operator: &Operator, output: usize) -> Result<(), ImportError> {
        let source = input(operator, 0)?;
        let &[batch, height, width, channels] = self.shape(output) else {
            return Err(ImportError::malformed("a resize of other than an image"));
        };
        let (corners, half_pixel) = match &operator.options {
            Some(options) => (options.u8(2)? != 0, options.u8(3)? != 0),
            None => (false, false),
        };
        let mode = match (corners, half_pixel) {
            (true, _) => "align_corners",
            (false, true) => "half_pixel",
            (false, false) => "asymmetric",
        };
        let value = self.channels_first(source)?;
        let name = format!("t{output}");
        let sizes = [batch, channels, height, width].map(|length| length as i64);
        let sizes = self.graph.ints(&format!("{name}_sizes"), &[4], &sizes);
        let made = self.graph.node(
            "Resize",
            &[&value, "", "", &sizes],
            &name,
            &[
                ("coordinate_transformation_mode", Text(mode)),
                ("mode", Text("linear")),
            ],
        );
        self.set(output, made, true);
        Ok(())
    }
}

pub fn input(operator: &Operator, at: usize) -> Result<usize, ImportError> {
    let found = operator.inputs.get(at).copied();
    found.ok_or_else(|| ImportError::malformed("an operator lacks an input"))
}

pub fn options<'a>(operator: &Operator<'a>) -> Result<Table<'a>, ImportError> {
    operator
        .options
        .ok_or_else(|| ImportError::malformed("an operator lacks its options"))
}

pub fn positive(value: i32) -> Result<usize, ImportError> {
    usize::try_from(value)
        .ok()
        .filter(|n| (1..=4096).contains(n))
        .ok_or_else(|| ImportError::malformed(format!("a stride, size or dilation of {value}")))
}

pub fn last(shape: &[usize]) -> Result<usize, ImportError> {
    let found = shape.last().copied();
    found.ok_or_else(|| ImportError::malformed("a value without dimensions"))
}
