//! What the canvas shows, kept up with the document.

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::graph::Flow;
use crate::layout::Layout;
use crate::model::Model;
use crate::scene::{ColourBy, DrawOptions, Fonts, Heat, LivePicture, Scene, Spoken, Theme, draw};

/// What a picture was made from.
#[derive(Clone)]
pub struct PictureKey {
    /// The revision of the document.
    pub revision: u64,
    /// The colours.
    pub theme: Theme,
    /// What the colours of cards stand for.
    pub colour_by: ColourBy,
    /// Where the time goes, when that is shown.
    pub heat: Option<Arc<Heat>>,
}

impl PartialEq for PictureKey {
    /// The heat is the same when it is shared: it is compared in every frame.
    fn eq(&self, other: &Self) -> bool {
        let heat = |key: &Self| key.heat.as_ref().map(Arc::as_ptr);
        (self.revision, self.theme, self.colour_by)
            == (other.revision, other.theme, other.colour_by)
            && heat(self) == heat(other)
    }
}

impl PictureKey {
    fn options(&self, fonts: &Fonts) -> DrawOptions {
        DrawOptions {
            theme: self.theme,
            heat: self.heat.clone(),
            colour_by: self.colour_by,
            fonts: fonts.clone(),
            // The canvas shows the legends where they stay in view.
            ..DrawOptions::default()
        }
    }
}

/// What the canvas shows: derived from one revision of the document.
pub struct Picture {
    /// What it was made from.
    pub key: PictureKey,
    /// What flows.
    pub flow: Arc<Flow>,
    /// Where things stand.
    pub layout: Arc<Layout>,
    /// The display list.
    pub scene: Scene,
    /// What a screen reader says of it, once one has asked.
    pub spoken: OnceLock<Spoken>,
    live: LivePicture,
}

impl Picture {
    /// Makes the picture of a model.
    pub fn of(model: &Model, key: PictureKey, fonts: &Fonts) -> Self {
        let (live, flow, layout, scene) = LivePicture::new(model, &key.options(fonts));
        Self {
            key,
            flow: Arc::new(flow),
            layout: Arc::new(layout),
            scene,
            spoken: OnceLock::new(),
            live,
        }
    }

    /// Makes the picture of a model from the one before, as far as that still holds.
    pub fn after(before: Option<Rc<Self>>, model: &Model, key: PictureKey, fonts: &Fonts) -> Self {
        // Whoever else holds it has it to the end of a frame at most.
        if let Some(mut picture) = before.and_then(Rc::into_inner)
            && picture.become_of(model, &key, fonts)
        {
            picture.key = key;
            picture.spoken = OnceLock::new();
            return picture;
        }
        Self::of(model, key, fonts)
    }

    /// Becomes the picture of a model. Returns false when that has to be made anew.
    fn become_of(&mut self, model: &Model, key: &PictureKey, fonts: &Fonts) -> bool {
        let options = key.options(fonts);
        if key.revision == self.key.revision {
            // Nothing stands elsewhere.
            self.scene = draw(model, &self.flow, &self.layout, &options);
            self.live.has_been_drawn(&options);
            return true;
        }
        // Both are copied when tidying up looks at them.
        let flow = Arc::make_mut(&mut self.flow);
        let layout = Arc::make_mut(&mut self.layout);
        (self.live).follow(model, &options, flow, layout, &mut self.scene)
    }
}
