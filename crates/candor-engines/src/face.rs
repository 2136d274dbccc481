//! Face detector, mesh, iris and expression networks.
