package acervo.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** The filter that a full distribution calls asciifolding, without options. */
@NamedComponent("asciifolding")
public class AsciiFolding implements TokenFilterFactory {
    @Override
    public TokenStream create(TokenStream words) {
        return new ASCIIFoldingFilter(words);
    }

    @Override
    public TokenStream normalize(TokenStream words) {
        return create(words);
    }
}
