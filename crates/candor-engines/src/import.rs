//! Importers: published weight files to the ONNX files that the runtime loads.
