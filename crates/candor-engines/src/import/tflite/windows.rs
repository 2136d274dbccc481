//! Operators that slide a window over an image: convolutions and pooling.

use crate::import::{
    ImportError,
    flatbuffer::Table,
    graph::Attribute::{Int, Ints},
};

use super::{
    layout::Converter,
    model::Operator,
    operators::{input, last, options, positive},
};

impl Converter<'_, '_> {
    pub fn convolution(
        &mut self,
        operator: &Operator,
        output: usize,
        depthwise: bool,
    ) -> Result<(), ImportError> {
        let (source, filter) = (input(operator, 0)?, input(operator, 1)?);
        let options = options(operator)?;
        let &[n_out, height, width, n_in] = self.shape(filter) else {
            return Err(ImportError::malformed("a filter without four dimensions"));
        };
        let channels = last(self.shape(source))?;
        let values = self.floats(filter)?;
        // OHWI to OIHW; a depthwise filter is 1HWO.
        let (shape, weights) = if depthwise {
            let weights = reorder(values, [n_in, 1, height, width], |o, _, y, x| {
                (y * width + x) * n_in + o
            });
            ([n_in, 1, height, width], weights)
        } else {
            let weights = reorder(values, [n_out, n_in, height, width], |o, i, y, x| {
                ((o * height + y) * width + x) * n_in + i
            });
            ([n_out, n_in, height, width], weights)
        };
        let group = if depthwise { channels } else { 1 };
        let fits = if depthwise {
            channels > 0 && n_in % channels == 0 && n_out == 1
        } else {
            n_in == channels
        };
        if !fits {
            return Err(ImportError::malformed("a filter does not fit its input"));
        }
        let stride = [positive(options.i32(2, 0)?)?, positive(options.i32(1, 0)?)?];
        let first = if depthwise { 5 } else { 4 };
        let dilation = [
            positive(options.i32(first + 1, 1)?)?,
            positive(options.i32(first, 1)?)?,
        ];
        let pads = self.padding(&options, source, [height, width], stride, dilation)?;
        let value = self.channels_first(source)?;
        let name = format!("t{output}");
        let mut inputs = vec![
            value,
            self.graph
                .floats(&format!("{name}_weight"), &shape, &weights),
        ];
        if let Ok(bias) = input(operator, 2) {
            let values = self.floats(bias)?;
            if values.len() != shape[0] {
                return Err(ImportError::malformed("a bias does not fit its filter"));
            }
            inputs.push(
                self.graph
                    .floats(&format!("{name}_bias"), &[values.len()], values),
            );
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let made = self.graph.node(
            "Conv",
            &inputs,
            &format!("{name}_conv"),
            &[
                ("group", Int(group as i64)),
                ("kernel_shape", Ints(&[height as i64, width as i64])),
                ("strides", Ints(&stride.map(|s| s as i64))),
                ("dilations", Ints(&dilation.map(|d| d as i64))),
                ("pads", Ints(&pads)),
            ],
        );
        self.activate(
            made,
            options.u8(if depthwise { 4 } else { 3 })?,
            output,
            true,
        )
    }

    pub fn pool(
        &mut self,
        operator: &Operator,
        output: usize,
        node: &str,
    ) -> Result<(), ImportError> {
        let source = input(operator, 0)?;
        let options = options(operator)?;
        let stride = [positive(options.i32(2, 0)?)?, positive(options.i32(1, 0)?)?];
        let kernel = [positive(options.i32(4, 0)?)?, positive(options.i32(3, 0)?)?];
        let pads = self.padding(&options, source, kernel, stride, [1, 1])?;
        let value = self.channels_first(source)?;
        let made = self.graph.node(
            node,
            &[&value],
            &format!("t{output}_pool"),
            &[
                ("kernel_shape", Ints(&kernel.map(|k| k as i64))),
                ("strides", Ints(&stride.map(|s| s as i64))),
                ("pads", Ints(&pads)),
            ],
        );
        self.activate(made, options.u8(5)?, output, true)
    }

    /// ONNX padding (top, left, bottom, right) for TFLite's `SAME` (0) or `VALID` (1).
    fn padding(
        &self,
        options: &Table,
        source: usize,
        kernel: [usize; 2],
        stride: [usize; 2],
        dilation: [usize; 2],
    ) -> Result<[i64; 4], ImportError> {
        let &[_, height, width, _] = self.shape(source) else {
            return Err(ImportError::Unsupported(
                "a window over other than two dimensions".into(),
            ));
        };
        let mut pads = [0; 4];
        match options.u8(0)? {
            1 => return Ok(pads),
            0 => {}
            other => return Err(ImportError::Unsupported(format!("padding {other}"))),
        }
        for (axis, length) in [height, width].into_iter().enumerate() {
            let reach = (kernel[axis].max(1) - 1) * dilation[axis] + 1;
            let n_out = length.div_ceil(stride[axis]).max(1);
            let total = ((n_out - 1) * stride[axis] + reach).saturating_sub(length);
            pads[axis] = (total / 2) as i64;
            pads[axis + 2] = (total - total / 2) as i64;
        }
        Ok(pads)
    }
}

/// `values` in the order of a new shape; `from` tells where each comes from.
fn reorder(
    values: &[f32],
    [a, b, c, d]: [usize; 4],
    from: impl Fn(usize, usize, usize, usize) -> usize,
) -> Vec<f32> {
    let mut made = Vec::with_capacity(values.len());
    for i in 0..a {
        for j in 0..b {
            for k in 0..c {
                for l in 0..d {
                    made.push(values[from(i, j, k, l)]);
                }
            }
        }
    }
    made
}
