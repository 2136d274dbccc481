//! The floor of the bench: the same decode to frames and the same networks at their highest
//! rates (mesh 10 times a second, iris 3 times), and nothing else.

use std::{ops::ControlFlow, path::Path};

use anyhow::Result;
use candor_app::engines::Engines;
use candor_core::ports::{FaceRequest, Unwatched};
use candor_media::{DecodePlan, Sinks, Tools, VideoPlan, decode, probe};

use crate::engines::{InstalledEngines, SttChoice};

const MESH_FPS: f64 = 10.0;
const IRIS_EVERY_S: f64 = 1.0 / 3.0;
const MAX_WIDTH: u32 = 480;

/// Decodes and looks; prints how often.
pub(super) fn run(video: &Path) -> Result<()> {
    let tools = Tools::find()?;
    let engines = InstalledEngines::open(SttChoice::None)?;
    let probe = probe(&tools, video)?;
    let mut tracker = engines.face_tracker()?;
    let (mut n_meshes, mut n_irises, mut iris_s) = (0, 0, f64::NEG_INFINITY);
    let mut failure = None;
    decode(
        &tools,
        &DecodePlan {
            probe: &probe,
            audio: true,
            video: Some(VideoPlan {
                fps: MESH_FPS,
                max_width: MAX_WIDTH,
            }),
            max_duration_s: f64::MAX,
        },
        Sinks {
            audio: &mut |_| ControlFlow::Continue(()),
            video: &mut |frame| {
                let iris = frame.time_s - iris_s >= IRIS_EVERY_S - 0.01;
                let request = FaceRequest {
                    iris,
                    detect: false,
                };
                n_meshes += 1;
                if iris {
                    n_irises += 1;
                    iris_s = frame.time_s;
                }
                match tracker.track(frame, request) {
                    Ok(_) => ControlFlow::Continue(()),
                    Err(error) => {
                        failure = Some(error);
                        ControlFlow::Break(())
                    }
                }
            },
        },
        &Unwatched,
    )?;
    if let Some(error) = failure {
        return Err(error.into());
    }
    println!("{n_meshes} meshes, {n_irises} pairs of irises");
    Ok(())
}
