//! Measurements on face landmarks: pose, gaze, nods, blinks, expression, framing.
//!
//! [`FaceObserver`] takes what a face tracker saw, frame by frame, keeps a few numbers of each and
//! tells what to look for next; [`FaceObserver::finish`] turns them into [`FaceMeasurements`].

mod blinks;
mod canonical;
mod expression;
mod eye_contact;
mod features;
mod framing;
mod gestures;
mod light;
mod measurements;
mod movement;
mod observer;
mod one_euro;
mod pacing;
mod pose;
mod presence;
#[cfg(test)]
mod scenarios;
mod series;
#[cfg(test)]
mod synthetic;
mod tracks;

pub use blinks::FORMULA as BLINK_FORMULA;
pub use expression::FORMULA as EXPRESSION_FORMULA;
pub use eye_contact::FORMULA as EYE_CONTACT_FORMULA;
pub use features::GAZE_FORMULA;
pub use framing::FORMULA as FRAMING_FORMULA;
pub use gestures::FORMULA as GESTURE_FORMULA;
pub use light::{FORMULA as LIGHT_FORMULA, FaceLight};
pub use measurements::*;
pub use movement::FORMULA as MOVEMENT_FORMULA;
pub use observer::{FaceObserver, FaceSettings};
pub use pacing::FramePlan;
pub use pose::{FORMULA as POSE_FORMULA, HeadPose, fit as fit_pose};
pub use presence::FORMULA as PRESENCE_FORMULA;
