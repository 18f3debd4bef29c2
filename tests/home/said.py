"""What is said to a satellite in each language, for each of Earlid's intents, and what its answer says at least.

Answers word by word: tests/integration/conversations. The speakers are called Kitchen and Office in every language.
"""

from typing import Final

# In this order a household could say them: what is asked second is about what was said first.
INTENTS: Final = ("mute", "why", "who", "resume", "lockdown", "lift", "listen", "wakes")

SAID: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "en": {
        "mute": ("mute the microphone in the office", "Office is off, but nothing proves it."),
        "why": ("why is the office off", "Office may not listen, because"),
        "who": ("who is listening", "Kitchen can hear."),
        "resume": ("resume listening in the office", "Office may listen again."),
        "lockdown": ("lockdown", "Kitchen and Office are off, but nothing proves it."),
        "lift": ("lift the lockdown", "Kitchen and Office may listen again."),
        "listen": ("let the office listen for ten minutes", "Office may listen until"),
        "wakes": ("how often did the office wake up today", "Office did not wake today."),
    },
    "de": {
        "mute": ("schalte das Mikrofon im Office aus", "Office ist aus, aber nichts beweist es."),
        "why": ("warum ist Office aus", "Office darf nicht zuhören, denn"),
        "who": ("wer hört zu", "Kitchen kann mithören."),
        "resume": ("hör im Office wieder zu", "Office darf wieder zuhören."),
        "lockdown": ("Lockdown", "Kitchen und Office sind aus, aber nichts beweist es."),
        "lift": ("heb den Lockdown wieder auf", "Kitchen und Office dürfen wieder zuhören."),
        "listen": ("lass Office für zehn Minuten zuhören", "Office darf bis"),
        "wakes": ("wie oft ist Office heute aufgewacht", "Office: heute"),
    },
    "fr": {
        "mute": ("coupe le micro de office", "Office : micro coupé, mais rien ne le prouve."),
        "why": ("pourquoi office est coupé", "Office ne peut pas écouter, car"),
        "who": ("qui écoute", "Kitchen peut entendre ce qui se dit."),
        "resume": ("recommence à écouter dans l'office", "Office peut écouter de nouveau."),
        "lockdown": ("confinement", "Kitchen et Office : micro coupé, mais rien ne le prouve."),
        "lift": ("lève le confinement", "Kitchen et Office peuvent écouter de nouveau."),
        "listen": ("laisse office écouter pendant dix minutes", "Office peut écouter jusqu'à"),
        "wakes": ("combien de fois office s'est réveillé aujourd'hui", "Office : aucun réveil"),
    },
    "es": {
        "mute": ("apaga el micrófono de office", "Office: micrófono apagado, pero nada lo demuestra."),
        "why": ("por qué está apagado office", "Office no puede escuchar, porque"),
        "who": ("quién está escuchando", "Kitchen puede oír lo que se dice."),
        "resume": ("vuelve a escuchar en el office", "Office puede escuchar de nuevo."),
        "lockdown": ("confinamiento", "Kitchen y Office: micrófono apagado, pero nada lo demuestra."),
        "lift": ("levanta el confinamiento", "Kitchen y Office pueden escuchar de nuevo."),
        "listen": ("deja que office escuche durante diez minutos", "Office puede escuchar hasta"),
        "wakes": ("cuántas veces se ha activado office hoy", "Office: ninguna activación"),
    },
    "nl": {
        "mute": ("zet de microfoon in de office uit", "Office is uit, maar niets bewijst dat."),
        "why": ("waarom is office uit", "Office mag niet luisteren, want"),
        "who": ("wie luistert er", "Kitchen kan meeluisteren."),
        "resume": ("luister weer in de office", "Office mag weer luisteren."),
        "lockdown": ("lockdown", "Kitchen en Office zijn uit, maar niets bewijst dat."),
        "lift": ("beëindig de lockdown", "Kitchen en Office mogen weer luisteren."),
        "listen": ("laat office voor tien minuten luisteren", "Office mag tot"),
        "wakes": ("hoe vaak is office vandaag wakker geworden", "Office"),
    },
    "it": {
        "mute": ("spegni il microfono in office", "Office: microfono spento, ma nulla lo dimostra."),
        "why": ("perché office è spento", "Office non può ascoltare, perché"),
        "who": ("chi sta ascoltando", "Kitchen può sentire ciò che si dice."),
        "resume": ("riprendi ad ascoltare in office", "Office può di nuovo ascoltare."),
        "lockdown": ("lockdown", "Kitchen e Office: microfono spento, ma nulla lo dimostra."),
        "lift": ("togli il lockdown", "Kitchen e Office possono di nuovo ascoltare."),
        "listen": ("lascia che office ascolti per dieci minuti", "Office può ascoltare fino a"),
        "wakes": ("quante volte si è svegliato office oggi", "Office: nessuna attivazione"),
    },
}
