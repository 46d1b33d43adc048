"""The door to PyAV: what is in a video or audio file, by reading through its packets. Runs in the sandbox only.

`sandbox.call("transcode.probe:probe_json", path, demuxer)` answers what `MediaFacts.from_json` takes. The demuxer
is forced, only local files are opened, and the first picture of each track is decoded, for what only decoders
tell: display matrix, Dolby Vision. The file is read once, at some 20 us per packet: allow wall time by its size.
"""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from transcode import container_tags, picture_signal
from transcode.facts import AudioTrack, Chapter, MediaFacts, Rate, TextTrack, VideoTrack
from transcode.packet_log import Pace, PacketLog, PictureLog, SoundLog, sample_bits
from transcode.sandbox import ParserRefused

# In microseconds and bytes: enough for a transport stream whose sound starts late
OPEN_OPTIONS = {"protocol_whitelist": "file,pipe", "analyzeduration": "20000000", "probesize": "20000000"}
MAX_PACKETS = 20_000_000  # a day at 60 frames per second with sound has nine million
FIRST_PICTURE_WITHIN = 64  # packets; more than any reordering
UNKNOWN_RATE = Fraction(25)
PICTURES_APART = Disposition.attached_pic | Disposition.timed_thumbnails
DOLBY_VISION_TAGS = {"dvh1", "dvhe", "dva1", "dvav", "dav1"}
DOLBY_VISION_SIDE_DATA = {"DOVI_RPU_BUFFER", "DOVI_METADATA"}
MOOV_MISSING = "moov atom not found"


@dataclass(slots=True)
class _Track:
    """A stream, what its packets told, and its first picture."""

    stream: Stream
    log: PacketLog
    picture: VideoFrame | None = None


def _codec(stream: Stream) -> str:
    """The name of the format, not of the decoder chosen for it; '' without a decoder."""
    return stream.codec_context.codec.canonical_name if stream.codec_context else ""


def _track(stream: Stream) -> _Track:
    time_base = stream.time_base or Fraction(1, 1000)
    log = PacketLog(time_base)
    if isinstance(stream, VideoStream) and stream.codec_context:
        stream.codec_context.thread_count = 1
        log = PictureLog(time_base, _codec(stream))
    elif isinstance(stream, AudioStream) and stream.codec_context:
        context = stream.codec_context
        log = SoundLog(
            time_base,
            codec=_codec(stream),
            sample_rate=context.sample_rate,
            channels=context.channels,
            frame_size=context.frame_size,
        )
    return _Track(stream, log)


def _look_for_picture(track: _Track, packet: "av.Packet[Stream]") -> None:
    if isinstance(track.log, PictureLog) and track.picture is None and track.log.seen <= FIRST_PICTURE_WITHIN:
        with suppress(av.FFmpegError):
            frames = packet.decode()
            track.picture = next((frame for frame in frames if isinstance(frame, VideoFrame)), None)


def _read_through(container: InputContainer) -> list[_Track]:
    """Count every packet. An error on the way ends the file there, and what was read stands."""
    tracks = [_track(stream) for stream in container.streams]
    count = 0
    with suppress(av.FFmpegError):
        for packet in container.demux():
            count += 1
            if count > MAX_PACKETS:
                raise ParserRefused("too_long", f"more than {MAX_PACKETS} packets")
            if packet.size:
                track = tracks[packet.stream_index]
                track.log.add(packet)
                _look_for_picture(track, packet)
    return tracks


def _is_cut(tracks: list[_Track], size: int) -> bool:
    """Whether the last packet is not whole, or the index speaks of bytes after the end of the file."""
    last = [track.stream.index_entries[-1] for track in tracks if len(track.stream.index_entries)]
    return any(track.log.ends_corrupt for track in tracks) or any(
        entry.pos + entry.size > size for entry in last
    )


def _pace(stream: VideoStream, log: PictureLog) -> Pace:
    declared = [rate for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate) if rate]
    is_interlaced = picture_signal.FIELD_ORDERS.get(stream.codec_context.field_order) in {"tff", "bff"}
    return log.pace(declared, average=stream.average_rate, is_interlaced=is_interlaced)


def _side_data(picture: VideoFrame | None) -> dict[str, bytes]:
    items: Any = () if picture is None else picture.side_data  # its stub calls them text
    return {item.type.name: bytes(item) for item in items}


def _video(stream: VideoStream, log: PictureLog, picture: VideoFrame | None) -> VideoTrack:
    context = stream.codec_context
    pace = _pace(stream, log)
    rate = pace.rate or UNKNOWN_RATE
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)
    side_data = _side_data(picture)
    rotation, mirrored = picture_signal.orientation(side_data.get("DISPLAYMATRIX", b""))
    display_width, display_height = picture_signal.display_size(stream.width, stream.height, aspect, rotation)
    components = context.format.components if context.format else ()
    return VideoTrack(
        index=stream.index,
        codec=_codec(stream),
        profile=context.profile or "",
        pixel_format=context.pix_fmt or "",
        bit_depth=max((component.bits for component in components), default=0),
        width=stream.width,
        height=stream.height,
        sample_aspect=Rate.of(aspect),
        rotation=rotation,
        mirrored=mirrored,
        display_width=display_width,
        display_height=display_height,
        frame_rate=Rate.of(rate),
        variable_frame_rate=pace.is_variable,
        frames=pace.frames,
        field_order=picture_signal.FIELD_ORDERS.get(context.field_order, "unknown"),
        primaries=picture_signal.PRIMARIES.get(context.color_primaries, ""),
        transfer=picture_signal.TRANSFERS.get(context.color_trc, ""),
        matrix=picture_signal.MATRICES.get(context.colorspace, ""),
        colour_range=picture_signal.RANGES.get(context.color_range, ""),
        hdr=picture_signal.HDR_OF_TRANSFER.get(context.color_trc, ""),
        dolby_vision=context.codec_tag in DOLBY_VISION_TAGS
        or not DOLBY_VISION_SIDE_DATA.isdisjoint(side_data),
        has_alpha=any(component.is_alpha for component in components)
        or stream.metadata.get("alpha_mode") == "1",
        bit_rate=round(log.bytes * 8 * rate / pace.frames) if pace.frames else None,
    )


def _audio(stream: AudioStream, log: SoundLog) -> AudioTrack:
    layout = stream.codec_context.layout.name
    return AudioTrack(
        index=stream.index,
        codec=_codec(stream),
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        layout="" if " channels" in layout else layout,  # FFmpeg's words for an unknown one
        bits=sample_bits(
            _codec(stream), stream.codec_context.format.packed.name, stream.codec_context.extradata
        ),
        samples=log.samples(stream.duration),
        language=container_tags.language(stream.metadata),
    )


def _texts(tracks: list[_Track]) -> list[TextTrack]:
    texts = [
        TextTrack(track.stream.index, _codec(track.stream), container_tags.language(track.stream.metadata))
        for track in tracks
        if track.stream.type == "subtitle" and _codec(track.stream)
    ]
    return texts + [
        TextTrack(track.stream.index, track.log.captions, "")
        for track in tracks
        if isinstance(track.log, PictureLog) and track.log.captions and not _is_apart(track.stream)
    ]


def _data(tracks: list[_Track]) -> list[str]:
    return [
        getattr(track.stream, "name", None) or ("tmcd" if "timecode" in track.stream.metadata else "unknown")
        for track in tracks
        if track.stream.type in {"data", "attachment"}
    ]


def _is_apart(stream: Stream) -> bool:
    """A cover or a chapter's picture, not a film."""
    return bool(stream.disposition & PICTURES_APART)


def _chapters(container: InputContainer, edit_rate: Fraction) -> list[Chapter]:
    return [
        Chapter(
            start=round(chapter["start"] * chapter["time_base"] * edit_rate),
            end=round(chapter["end"] * chapter["time_base"] * edit_rate),
            title=container_tags.clean(chapter["metadata"].get("title", "")),
        )
        for chapter in container.chapters()
        if chapter["time_base"]
    ]


def _pictures(tracks: list[_Track], *, is_cut: bool) -> list[VideoTrack]:
    """Raise ParserRefused where a film is there but cannot be read: its sound alone would pass for the whole."""
    found = []
    for track in tracks:
        stream = track.stream
        if stream.type != "video" or _is_apart(stream):
            continue
        if not isinstance(stream, VideoStream) or not isinstance(track.log, PictureLog):
            raise ParserRefused("unsupported_codec", f"nothing decodes the picture of track {stream.index}")
        if stream.width and stream.height and track.log.seen:
            found.append(_video(stream, track.log, track.picture))
        elif is_cut:
            raise ParserRefused("truncated", f"nothing is left of the picture of track {stream.index}")
    return found


def _sounds(tracks: list[_Track]) -> list[AudioTrack]:
    found = []
    for track in tracks:
        if not isinstance(track.stream, AudioStream) or not isinstance(track.log, SoundLog):
            continue
        if not track.stream.codec_context.channels:
            raise ParserRefused("zero_channels", f"track {track.stream.index} has no channels")
        if track.log.seen and track.log.sample_rate:
            found.append(_audio(track.stream, track.log))
    return found


def _facts(container: InputContainer, demuxer: str, size: int) -> MediaFacts:
    tracks = _read_through(container)
    is_cut = _is_cut(tracks, size)
    video, audio = _pictures(tracks, is_cut=is_cut), _sounds(tracks)
    if not video and not audio:
        raise ParserRefused("no_streams", "there is neither picture nor sound")
    edit_rate = video[0].frame_rate if video else Rate(audio[0].sample_rate, 1)
    ticks = video[0].frames if video else audio[0].samples or 0
    metadata = [container.metadata, *(track.stream.metadata for track in tracks)]
    timecode = container_tags.start_timecode(metadata)
    own_tags = metadata[1] if demuxer == "ogg" else container.metadata  # Ogg has none but its first track's
    return MediaFacts(
        container=container.format.name,
        demuxer=demuxer,
        video=tuple(video),
        audio=tuple(audio),
        text=tuple(_texts(tracks)),
        data=tuple(_data(tracks)),
        edit_rate=edit_rate,
        duration_ticks=ticks,
        start_timecode=timecode,
        drop_frame=container_tags.is_drop_frame(timecode),
        reel=container_tags.reel(metadata),
        tags=container_tags.tags(own_tags, is_wave=demuxer in {"wav", "w64"}),
        chapters=tuple(_chapters(container, edit_rate.fps)),
        bit_rate=round(size * 8 * edit_rate.fps / ticks) if ticks else None,
        attached_pictures=sum(
            1 for track in tracks if track.stream.type == "video" and _is_apart(track.stream)
        ),
        is_cut=is_cut,
    )


def probe(path: str, demuxer: str) -> MediaFacts:
    """Measure a file with the demuxer that sniffing named (transcode.sniff).

    Raise ParserRefused: 'unreadable', 'truncated', 'no_streams', 'zero_channels', 'unsupported_codec', 'too_long'.
    """
    av.logging.set_level(av.logging.ERROR)  # for the last message in the exception
    options = {**OPEN_OPTIONS, "format_whitelist": demuxer}
    try:
        with av.open(
            f"file:{path}", format=demuxer, options=options, metadata_errors="surrogateescape"
        ) as container:
            return _facts(container, demuxer, Path(path).stat().st_size)
    except (OSError, MemoryError):
        raise
    except av.FFmpegError as error:
        log: Any = error.log  # (level, who, what)
        said = str(log[2]).strip() if log else str(error.strerror)
        raise ParserRefused("truncated" if said == MOOV_MISSING else "unreadable", said) from error


def probe_json(path: str, demuxer: str) -> dict[str, Any]:
    """`probe` for the sandbox: the facts as JSON."""
    return probe(path, demuxer).to_json()
