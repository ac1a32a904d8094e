//! The fonts of the system, by script and language, as the system itself chooses them.

use std::sync::{LazyLock, Mutex, PoisonError};

use fontique::{
    Attributes, Collection, CollectionOptions, FallbackKey, FontStyle, FontWeight, FontWidth,
    GenericFamily, Language, QueryFamily, QueryFont, QueryStatus, Script, SourceCache,
};
use skrifa::FontRef;
use unicode_script::UnicodeScript;

use super::font::{FontFile, Weight, draws};
use super::fonts::FontSource;

/// Asks the system (fontconfig, Core Text, DirectWrite). Nothing is read before the first letter.
#[derive(Default)]
pub struct SystemFonts {
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    collection: Collection,
    sources: SourceCache,
    /// The user's language: Han letters look otherwise in Japanese and in Chinese.
    language: Option<Language>,
}

/// Han letters are in several fonts, each with those of one language.
static HAN_LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    // Chinese as in Singapore: the library takes `zh-CN` for whatever it found first.
    ["zh-SG", "zh-TW", "ja", "ko"]
        .iter()
        .filter_map(|language| Language::parse(language).ok())
        .collect()
});

impl FontSource for SystemFonts {
    fn font_for(&self, letter: char, weight: Weight) -> Option<FontFile> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = opened.get_or_insert_with(Opened::new);
        opened.font_for(letter, weight)
    }
}

impl Opened {
    fn new() -> Self {
        Self {
            collection: Collection::new(CollectionOptions {
                shared: false,
                system_fonts: true,
            }),
            sources: SourceCache::default(),
            language: sys_locale::get_locale().and_then(|name| Language::parse(&name).ok()),
        }
    }

    fn font_for(&mut self, letter: char, weight: Weight) -> Option<FontFile> {
        let attributes = Attributes::new(
            FontWidth::NORMAL,
            FontStyle::Normal,
            FontWeight::new(f32::from(weight.css())),
        );
        let script = match letter.script() {
            unicode_script::Script::Common
            | unicode_script::Script::Inherited
            | unicode_script::Script::Unknown => None,
            script => Script::parse(script.short_name()).ok(),
        };
        let is_han = letter.script() == unicode_script::Script::Han;
        let mut keys: Vec<FallbackKey> = Vec::new();
        if let Some(script) = script {
            let own = match self.language {
                Some(language) if is_han && is_simplified_chinese(&language) => {
                    HAN_LANGUAGES.first().copied()
                }
                language => language,
            };
            keys.push(FallbackKey::new(script, own.as_ref()));
            if is_han {
                let others = HAN_LANGUAGES.iter();
                keys.extend(others.map(|language| FallbackKey::new(script, Some(language))));
            }
        }
        for key in keys {
            let mut query = self.collection.query(&mut self.sources);
            query.set_attributes(attributes);
            query.set_fallbacks(key);
            if let Some(font) = first_with(&mut query, letter) {
                return Some(font);
            }
        }
        // Symbols belong to no script, and not every system knows every script.
        let mut query = self.collection.query(&mut self.sources);
        query.set_attributes(attributes);
        query.set_families(
            [
                GenericFamily::SansSerif,
                GenericFamily::SystemUi,
                GenericFamily::Math,
                GenericFamily::Emoji,
                GenericFamily::Serif,
                GenericFamily::Monospace,
            ]
            .map(QueryFamily::Generic),
        );
        first_with(&mut query, letter)
    }
}

fn first_with(query: &mut fontique::Query<'_>, letter: char) -> Option<FontFile> {
    let mut found = None;
    query.matches_with(|font: &QueryFont| {
        let has_it = FontRef::from_index(font.blob.as_ref(), font.index)
            .is_ok_and(|face| draws(&face, letter));
        if !has_it {
            return QueryStatus::Continue;
        }
        let (bytes, _) = font.blob.clone().into_raw_parts();
        let variations = font.synthesis.variation_settings().iter();
        found = Some(FontFile {
            bytes,
            index: font.index,
            variations: variations
                .map(|(tag, value)| (tag.into_bytes(), *value))
                .collect(),
        });
        QueryStatus::Stop
    });
    found
}

fn is_simplified_chinese(language: &Language) -> bool {
    language.language() == "zh"
        && language.script() != Some("Hant")
        && !matches!(language.region(), Some("HK" | "TW" | "MO"))
}
