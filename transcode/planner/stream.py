"""The tee: one encode of each rung, written both as a growing HLS stream and, of the best one, as a plain MP4."""

from typing import Any

import ffmpeg

from transcode.forms import HlsLadder
from transcode.planner.plan import AUDIO_NAME, MASTER, MEDIA, MP4_FILE, STREAM_FOLDER, StreamShape

SEGMENTS = f"{STREAM_FOLDER}/%v/%05d.m4s"
# x264 starts a group at every forced frame and nowhere else, so that the rungs can be switched between
NO_OTHER_KEYFRAMES = {"sc_threshold": 0, "g": 9999, "forced-idr": 1}
# The decoder of a player must be able to fill its buffer within a segment
BUFFER_S = 1


def tee(
    pictures: list[Any], sound: Any | None, shape: StreamShape, recipe: HlsLadder, *, threads: int
) -> Any:
    """The ffmpeg-python output of all rungs (best first) and the sound.

    Frames pass with their own times: a variable rate keeps every frame and a constant one its count. Without
    `avoid_negative_ts=disabled` and negative composition offsets the picture would be two frames late on its sound.
    """
    options: dict[str, Any] = {
        "format": "tee",
        "fps_mode": "passthrough",
        "enc_time_base:v": "filter",
        "map_metadata": -1,
        "map_chapters": -1,
        "flags": "+global_header",
        "c:v": "libx264",
        "preset": recipe.encoder_preset,
        "profile:v": "high",
        "threads:v": threads,
        "crf": recipe.quality,
        "force_key_frames": f"expr:gte(t,n_forced*{shape.segment_s})",
        **NO_OTHER_KEYFRAMES,
    }
    for number, step in enumerate(shape.steps):
        options[f"maxrate:v:{number}"] = f"{step.most_kbps}k"
        options[f"bufsize:v:{number}"] = f"{step.most_kbps * BUFFER_S}k"
    if sound is not None:
        options |= {"c:a": "aac", "b:a": f"{shape.audio_kbps}k"}
    streams = pictures if sound is None else [*pictures, sound]
    return ffmpeg.output(*streams, f"{_hls(shape)}|{_mp4(shape)}", **options)


def files(shape: StreamShape) -> tuple[str, ...]:
    """What must exist at the end: a tee branch that fails to open leaves exit code 0."""
    names = [step.name for step in shape.steps] + ([AUDIO_NAME] if shape.audio_kbps else [])
    playlists = [f"{STREAM_FOLDER}/{name}/{MEDIA}" for name in names]
    return (f"{STREAM_FOLDER}/{MASTER}", *playlists, MP4_FILE)


def _hls(shape: StreamShape) -> str:
    """One muxer for all rungs: separate ones would shift apart. An EVENT playlist can be watched as it grows."""
    group = f",agroup:{AUDIO_NAME}" if shape.audio_kbps else ""
    streams = [f"v:{number}{group},name:{step.name}" for number, step in enumerate(shape.steps)]
    if shape.audio_kbps:
        streams.append(f"a:0,agroup:{AUDIO_NAME},default:yes,name:{AUDIO_NAME}")
    options = {
        "f": "hls",
        "hls_time": shape.segment_s,
        "hls_list_size": 0,
        "hls_playlist_type": "event",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments+temp_file",
        "hls_segment_filename": SEGMENTS,
        "hls_fmp4_init_filename": "init.mp4",
        "master_pl_name": MASTER,
        "master_pl_publish_rate": 1,
        "var_stream_map": _quoted(" ".join(streams)),
        "hls_segment_options": _quoted("movflags=+negative_cts_offsets+delay_moov"),
        "avoid_negative_ts": "disabled",
    }
    return f"[{_joined(options)}]{STREAM_FOLDER}/%v/{MEDIA}"


def _mp4(shape: StreamShape) -> str:
    select = "v:0,a:0" if shape.audio_kbps else "v:0"
    return f"[{_joined({'f': 'mp4', 'select': _quoted(select), 'movflags': '+faststart'})}]{MP4_FILE}"


def _joined(options: dict[str, Any]) -> str:
    return ":".join(f"{key}={value}" for key, value in options.items())


def _quoted(value: str) -> str:
    """The tee muxer unescapes once for the list of outputs and once for the options of one."""
    return rf"\'{value}\'"
