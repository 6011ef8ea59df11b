package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.text.read.FileReader.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SyntaxTest {

    private static final FileReader READER = new FileReader(64 << 20, true);

    /** What makes a definition large enough to fall apart. */
    private static final String FILL = "x".repeat(110);

    @TempDir private Path folder;

    @AfterAll
    static void endProcess() {
        READER.close();
    }

    @Test
    void knowsJava() throws IOException {
        String code =
                """
                package a.b;

                /** Doc. */
                @Deprecated
                public class Foo<T> extends Bar {
                    int x = 1; // ~
                    /** Moves. */
                    @Override
                    void move(int a) { if (a > 1) { x(); } }
                    Foo() {}
                    enum E { A }
                    record R(int a) { R {} }
                    interface I { void q(); }
                }
                """;
        assertThat(names("a.java", code))
                .containsExactly("Foo", "Foo.move", "Foo.Foo", "Foo.E", "Foo.R", "Foo.I");
        assertThat(said("a.java", code, "Foo"))
                .startsWith("/** Doc. */\n@Deprecated")
                .endsWith("}");
        assertThat(said("a.java", code, "Foo.move")).startsWith("/** Moves. */").endsWith("} }");
    }

    @Test
    void knowsPython() throws IOException {
        String code =
                """
                import os

                # About f.
                @deco(1)
                def f(a):
                    \"""Doc. ~\"""
                    return a

                class A(B):
                    x = 1 # ~
                    @property
                    async def m(self): pass

                if True:
                    def g(): pass # ~
                """;
        assertThat(names("a.py", code)).containsExactly("f", "A", "A.m", "g");
        assertThat(said("a.py", code, "f")).startsWith("# About f.\n@deco").endsWith("return a");
        assertThat(said("a.py", code, "A.m")).startsWith("@property");
    }

    @Test
    void knowsCSharp() throws IOException {
        String code =
                """
                namespace N.M {
                    /// <summary>Doc. ~</summary>
                    [Attr] public class Foo<T> : Bar {
                        public int X { get; set; }
                        void M() { y(); }
                        public Foo() : base() {}
                        public static Foo operator +(Foo a, Foo b) => a;
                    }
                    record R(int A);
                    struct S {}
                    interface I {}
                    enum E { A }
                }
                """;
        assertThat(names("a.cs", code))
                .containsExactly(
                        "Foo", "Foo.X", "Foo.M", "Foo.Foo", "Foo.operator +", "R", "S", "I", "E");
    }

    @Test
    void knowsTypeScriptAndJavaScript() throws IOException {
        String typed =
                """
                /** Doc. */
                export default class Foo<T> extends Bar {
                    private x = 1; // ~
                    handler = () => { a(); };
                    @dec() m(a: number): void { y(); }
                }
                export const f = (a: number) => { return a; };
                function g() {}
                interface I { a: number; m(): void }
                type T = { a: string };
                enum E { A }
                namespace N { export function q() { /* ~ */ } }
                """;
        assertThat(names("a.ts", typed))
                .containsExactly("Foo", "Foo.handler", "Foo.m", "f", "g", "I", "T", "E", "q");
        assertThat(said("a.ts", typed, "Foo")).startsWith("/** Doc. */\nexport");
        assertThat(said("a.ts", typed, "Foo.m")).startsWith("@dec() m");
        String plain =
                """
                const x = require('y');
                module.exports.foo = function (a) { return a; };
                let g = async () => { x(); };
                class A { static m() {} get v() { return 1; } /* ~ */ }
                function* gen() {}
                function App() { return <div>hi</div>; }
                """;
        assertThat(names("a.jsx", plain))
                .containsExactly("module.exports.foo", "g", "A", "A.m", "A.v", "gen", "App");
    }

    @Test
    void knowsRustAndGo() throws IOException {
        String rust =
                """
                /// Doc.
                #[derive(Debug)]
                pub struct S<T> { a: T }
                impl<T> Display for S<T> {
                    /// m ~
                    #[inline]
                    fn m(&self) { x(); }
                }
                pub enum E { A }
                pub trait T { fn q(); }
                mod tests { #[test] fn t() { /* ~ */ } }
                macro_rules! mm { () => {} }
                """;
        assertThat(names("a.rs", rust))
                .containsExactly("S", "S", "S.m", "E", "T", "tests", "tests.t", "mm");
        assertThat(said("a.rs", rust, "S")).startsWith("/// Doc.\n#[derive");
        String go =
                """
                package a

                // S is.
                type S struct { a int }

                // M does.
                func (s *S[T]) M(a int) error { return nil }
                func F() {}
                """;
        assertThat(names("a.go", go)).containsExactly("S", "S.M", "F");
        assertThat(said("a.go", go, "S.M")).startsWith("// M does.\nfunc");
    }

    @Test
    void knowsCAndCpp() throws IOException {
        String c =
                """
                #include <x.h>
                /* Doc. */
                static int *f(int a, char *b) { return 0; }
                struct s { int a; };
                typedef struct { int b; } t;
                #ifdef X
                int g(void) { return 1; /* ~ */ }
                #endif
                """;
        assertThat(names("a.c", c)).containsExactly("f", "s", "t", "g");
        String cpp =
                """
                namespace n::m {
                /// Doc. ~
                template <typename T> class Foo : public Bar {
                public:
                    Foo() : a(1) {}
                    int m(T a) const { return 1; }
                    Foo& operator+=(const Foo& o) { return *this; }
                private:
                    int a;
                };
                template <class T> int Foo<T>::n() { return 2; }
                void Foo::k() {}
                }
                """;
        assertThat(names("a.hpp", cpp))
                .containsExactly("Foo", "Foo.Foo", "Foo.m", "Foo.operator+=", "Foo.n", "Foo.k");
    }

    @Test
    void findsItsWayInBrokenAndHostileCode() throws IOException {
        String broken = "class A { void m( { \n int ok() { return 1; } // ~\n ) ] \uD800 \u0000}";
        assertThat(parsed("a.java", broken).end()).isEqualTo(broken.length());
        String deep = "(".repeat(200_000);
        assertThat(parsed("a.py", deep).end()).isEqualTo(deep.length());
        String nested = "{".repeat(50_000) + "}".repeat(50_000);
        assertThat(parsed("a.js", nested).end()).isEqualTo(nested.length());
        assertThat(parsed("a.go", "").parts()).isEmpty();
    }

    @Test
    void saysWhyItDoesNotKnow() throws IOException {
        Path file = Files.writeString(folder.resolve("a.py"), "x = 1\n".repeat(200_000));
        assertThat(read(READER, file).unparsed()).isEqualTo("longer than 1 million characters");
        ForeignLimits hasty =
                new ForeignLimits(Duration.ofSeconds(60), Duration.ofMillis(1), 512, 1 << 20);
        Path small = Files.writeString(folder.resolve("b.py"), "x = 1\n");
        try (FileReader reader = new FileReader(64 << 20, true, hasty)) {
            assertThat(read(reader, small).unparsed()).isEqualTo("takes longer than 0 s to read");
        }
        try (FileReader reader = new FileReader(64 << 20, false)) {
            assertThat(read(reader, small)).extracting(r -> r.document().syntax()).isNull();
        }
        Path other = Files.writeString(folder.resolve("c.lua"), "x = 1\n");
        assertThat(read(READER, other).unparsed()).isNull();
    }

    @Test
    void beginsAnewWhereItsProcessEnded() throws IOException {
        Path file = Files.writeString(folder.resolve("a.py"), "def f(): pass\n");
        try (FileReader reader = new FileReader(64 << 20, true)) {
            assertThat(read(reader, file).unparsed()).isNull();
            List<ProcessHandle> processes =
                    ProcessHandle.current()
                            .children()
                            .filter(p -> p.info().command().orElse("").endsWith("java"))
                            .toList();
            assertThat(processes).isNotEmpty();
            processes.forEach(ProcessHandle::destroyForcibly);
            processes.forEach(process -> process.onExit().join());
            assertThat(read(reader, file).unparsed()).isNull();
        }
    }

    private List<String> names(String file, String code) throws IOException {
        List<String> names = new ArrayList<>();
        collect(parsed(file, code.replace("~", FILL)), "", names);
        return names;
    }

    private static void collect(Syntax syntax, String above, List<String> names) {
        String path = above;
        if (syntax.name() != null) {
            path = above.isEmpty() ? syntax.name() : above + "." + syntax.name();
            names.add(path);
        }
        for (Syntax part : syntax.parts()) {
            collect(part, path, names);
        }
    }

    /** The source of the first definition of that name. */
    private String said(String file, String code, String name) throws IOException {
        String text = code.replace("~", FILL);
        Syntax found = find(parsed(file, text), List.of(name.split("\\.")));
        return text.substring(found.start(), found.end());
    }

    private static Syntax find(Syntax syntax, List<String> path) {
        for (Syntax part : syntax.parts()) {
            String joined = String.join(".", path);
            if (part.name() != null && part.name().equals(joined)) {
                return part;
            }
            boolean enters = path.getFirst().equals(part.name());
            if ((enters || part.name() == null) && !part.parts().isEmpty()) {
                List<String> rest = enters ? path.subList(1, path.size()) : path;
                return find(part, rest);
            }
        }
        throw new AssertionError("no " + path);
    }

    private Syntax parsed(String name, String code) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(name), code.replace('\uD800', '?').replace('\u0000', ' '));
        Reading.Read reading = read(READER, file);
        assertThat(reading.unparsed()).isNull();
        Syntax syntax = reading.document().syntax();
        assertThat(syntax).isNotNull();
        return syntax;
    }

    private static Reading.Read read(FileReader reader, Path file) {
        Reading reading = reader.read(new Source(file, file.toString(), 1, true));
        assertThat(reading).isInstanceOf(Reading.Read.class);
        return (Reading.Read) reading;
    }
}
