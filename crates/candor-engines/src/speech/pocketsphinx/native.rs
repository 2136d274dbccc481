//! The functions of libpocketsphinx 5prealpha that Candor calls, declared as in its headers.
//!
//! `pocketsphinx-sys` finds and links the library, but declares an older version of it, whose
//! functions take other arguments.

use std::ffi::{c_char, c_int, c_void};

use pocketsphinx_sys as _;

/// An object of the library; only handled by address.
#[repr(C)]
pub struct Opaque {
    _private: [u8; 0],
}

pub type Config = Opaque;
pub type Decoder = Opaque;
pub type Grammar = Opaque;
pub type LogMath = Opaque;
pub type Segment = Opaque;
pub type File = Opaque;

unsafe extern "C" {
    pub fn err_set_callback(callback: *const c_void, user_data: *mut c_void);
    pub fn err_set_logfp(stream: *mut File);
    pub fn logmath_exp(math: *mut LogMath, log: c_int) -> f64;

    pub fn cmd_ln_parse_r(
        config: *mut Config,
        definitions: *const Opaque,
        argc: i32,
        argv: *mut *mut c_char,
        strict: i32,
    ) -> *mut Config;
    pub fn cmd_ln_free_r(config: *mut Config) -> c_int;

    pub fn fsg_model_read(file: *mut File, math: *mut LogMath, weight: f32) -> *mut Grammar;
    pub fn fsg_model_free(grammar: *mut Grammar) -> c_int;

    pub fn ps_args() -> *const Opaque;
    pub fn ps_init(config: *mut Config) -> *mut Decoder;
    pub fn ps_free(decoder: *mut Decoder) -> c_int;
    pub fn ps_get_logmath(decoder: *mut Decoder) -> *mut LogMath;
    pub fn ps_add_word(
        decoder: *mut Decoder,
        word: *const c_char,
        phones: *const c_char,
        update: c_int,
    ) -> c_int;
    pub fn ps_lookup_word(decoder: *mut Decoder, word: *const c_char) -> *mut c_char;
    pub fn ps_set_fsg(decoder: *mut Decoder, name: *const c_char, grammar: *mut Grammar) -> c_int;
    pub fn ps_set_lm_file(decoder: *mut Decoder, name: *const c_char, path: *const c_char)
    -> c_int;
    pub fn ps_set_search(decoder: *mut Decoder, name: *const c_char) -> c_int;
    pub fn ps_start_stream(decoder: *mut Decoder) -> c_int;
    pub fn ps_start_utt(decoder: *mut Decoder) -> c_int;
    pub fn ps_process_raw(
        decoder: *mut Decoder,
        samples: *const i16,
        n_samples: usize,
        no_search: c_int,
        full_utterance: c_int,
    ) -> c_int;
    pub fn ps_end_utt(decoder: *mut Decoder) -> c_int;
    pub fn ps_seg_iter(decoder: *mut Decoder) -> *mut Segment;
    pub fn ps_seg_next(segment: *mut Segment) -> *mut Segment;
    pub fn ps_seg_word(segment: *mut Segment) -> *const c_char;
    pub fn ps_seg_frames(segment: *mut Segment, first: *mut c_int, last: *mut c_int);
    pub fn ps_seg_prob(
        segment: *mut Segment,
        acoustic: *mut i32,
        language: *mut i32,
        backoff: *mut i32,
    ) -> i32;

    // From the C library.
    pub fn fmemopen(buffer: *mut c_void, size: usize, mode: *const c_char) -> *mut File;
    pub fn fclose(file: *mut File) -> c_int;
    pub fn free(pointer: *mut c_void);
}
