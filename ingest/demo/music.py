"""Music beds as expressions for FFmpeg's aevalsrc: chords that swell, a plucked line, a bass and a shaker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from ingest.demo.paint import seeded

NOTES = {
    name: number
    for number, name in enumerate(("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"))
}
MINOR, MAJOR = (0, 3, 7, 10), (0, 4, 7, 9)  # a seventh, a sixth: both within the key
RATE = 48_000
#: Rooms: delays in milliseconds and how much of each comes back.
ROOM = "aecho=0.85:0.75:23|41|67|103|149|211:0.26|0.22|0.19|0.15|0.11|0.08"


@dataclass(frozen=True)
class Bed:
    """A piece of music: ``chords`` such as ``C G Am F``, one a bar of four beats, at ``tempo`` beats a minute."""

    seconds: float
    tempo: int
    chords: tuple[str, ...]
    word: str

    @property
    def bar_s(self) -> float:
        """The length of a bar."""
        return 240 / self.tempo


def graph(bed: Bed, *, lufs: float, label: str = "music") -> str:
    """Return the filter graph whose output ``[label]`` is the bed, in stereo, as loud as asked (EBU R 128)."""
    chance = seeded(bed.word)
    chords = list(_bars(bed))
    pluck = _sum(_pluck(bed, chords, chance))
    pads = (_sum(_pad(chords, detune=1.0015)), _sum(_pad(chords, detune=0.9985)))
    bass = _sum(_bass(bed, chords))
    shaker = f"0.5*(random(0)*2-1)*exp(-42*mod(t,{bed.bar_s / 8:.6f}))*(0.55+0.45*gt(mod(t,{bed.bar_s / 4:.6f}),{bed.bar_s / 8:.6f}))"
    length = f"d={bed.seconds:.6f}:s={RATE}"
    return ";".join(
        (
            f"aevalsrc='{pads[0]}|{pads[1]}':{length},lowpass=f=2200,volume=0.5[pad]",
            f"aevalsrc='{pluck}':{length},aformat=channel_layouts=stereo,aecho=0.9:0.6:{bed.bar_s * 187.5:.0f}:0.25[pluck]",
            f"aevalsrc='{bass}':{length},aformat=channel_layouts=stereo,lowpass=f=420[bass]",
            f"aevalsrc='{shaker}':{length},highpass=f=5200,aformat=channel_layouts=stereo,volume=0.10[shaker]",
            (
                f"[pad][pluck][bass][shaker]amix=inputs=4:normalize=0,{ROOM},highpass=f=40,"
                f"afade=t=in:d=0.05,afade=t=out:st={bed.seconds - 0.9:.3f}:d=0.9,"
                f"loudnorm=I={lufs}:TP=-3:LRA=7,aresample={RATE},"
                f"atrim=end_sample={round(bed.seconds * RATE)}[{label}]"
            ),
        )
    )


def _bars(bed: Bed) -> Iterator[tuple[float, float, list[int]]]:
    """Yield (begins, ends, notes) of each bar; notes are of MIDI, from the octave below middle C."""
    begins, number = 0.0, 0
    while begins < bed.seconds:
        name = bed.chords[number % len(bed.chords)]
        minor = name.endswith("m")
        root = 48 + NOTES[name.removesuffix("m")] % 12
        yield begins, begins + bed.bar_s, [root + step for step in (MINOR if minor else MAJOR)]
        begins, number = begins + bed.bar_s, number + 1


def _hertz(note: float) -> float:
    return 440 * 2 ** ((note - 69) / 12)


def _pad(chords: Sequence[tuple[float, float, list[int]]], *, detune: float) -> Iterator[str]:
    """Each chord swells and fades into the next."""
    for begins, ends, notes in chords:
        late, tail = max(0.0, begins - 0.15), ends + 0.5
        waves = "+".join(
            f"sin({2 * 3.14159265 * _hertz(note) * detune:.4f}*t)+0.28*sin({4 * 3.14159265 * _hertz(note) * detune:.4f}*t+1)"
            for note in (notes[0], notes[1] + 12, notes[2], notes[0] + 12)
        )
        swell = f"min(1,(t-{late:.4f})/0.45)*min(1,({tail:.4f}-t)/0.7)"
        yield f"if(between(t,{late:.4f},{tail:.4f}),0.07*{swell}*({waves}),0)"


def _pluck(bed: Bed, chords: Sequence[tuple[float, float, list[int]]], chance: Random) -> Iterator[str]:
    """A marimba on the eighths, chord tones with a turn at the end of each bar."""
    step = bed.bar_s / 8
    figure = [chance.choice((0, 1, 2, 4, 5)) for _ in range(8)]
    for bar, (begins, _ends, notes) in enumerate(chords):
        tones = [notes[0] + 12, notes[1] + 12, notes[2] + 12, notes[3] + 12, notes[0] + 24, notes[1] + 24]
        for eighth, tone in enumerate(figure):
            if eighth in {3, 6} and bar % 2 == 0:
                continue
            at, hertz = begins + eighth * step, _hertz(tones[tone])
            loud = 0.30 if eighth % 4 == 0 else 0.2
            yield _struck(at, hertz, loud)


def _struck(at: float, hertz: float, loud: float) -> str:
    turn = f"6.28318531*{hertz:.4f}*(t-{at:.4f})"
    wave = f"sin({turn})*exp(-5.5*(t-{at:.4f}))+0.35*sin(4*{turn})*exp(-18*(t-{at:.4f}))"
    return f"if(between(t,{at:.4f},{at + 1.1:.4f}),{loud}*min(1,(t-{at:.4f})*300)*({wave}),0)"


def _bass(bed: Bed, chords: Sequence[tuple[float, float, list[int]]]) -> Iterator[str]:
    """The root on the first and third beat."""
    for begins, _ends, notes in chords:
        for beat, note in ((0, notes[0] - 12), (2.5, notes[2] - 12)):
            at = begins + beat * bed.bar_s / 4
            turn = f"6.28318531*{_hertz(note):.4f}*(t-{at:.4f})"
            yield f"if(between(t,{at:.4f},{at + 0.9:.4f}),0.3*min(1,(t-{at:.4f})*120)*exp(-2.6*(t-{at:.4f}))*(sin({turn})+0.3*sin(2*{turn})),0)"


def _sum(terms: Iterator[str]) -> str:
    return "+".join(terms)
